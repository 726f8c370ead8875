"""From a judged visit to its alert row and mail, and how long they may still change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from alerts.decide import Decider
from alerts.digest import plan_digests
from alerts.models import Alert, Message
from alerts.outbox import claim
from alerts.policy import ACCOUNT_COOLDOWN, DAILY_LIMIT, Policy
from alerts.words import Decision, MessageKind, MessageState, OutcomeKind
from tests.alerts.scenes import MORNING, add_message, add_outcome, add_page, add_visit, installation
from tests.builders import add_account, add_deal, add_owner_name, add_prospect, add_user
from tracker.models import DealStatus, OwnerName, Prospect, Role, State, Team, User, Visit
from tracker.suppression import suppress
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.installation import Installation

ALWAYS = {"hours_start": 0, "hours_end": 1440, "work_days": "1234567"}
WINDOW = Policy().call_window
MINUTE = timedelta(minutes=1)


@dataclass
class Office:
    """Sam, who owns accounts with lost prospects, and the policy at work."""

    session: Session
    installation: Installation
    sam: User

    def owner_name(self) -> OwnerName:
        return add_owner_name(self.session, self.sam)

    def lost(self, **fields: object) -> Prospect:
        """Somebody of an account of Sam's, with a lost deal."""
        account = add_account(self.session, owner=self.owner_name())
        person = add_prospect(self.session, account, "Dana Ortiz", **fields)
        add_deal(self.session, person)
        return person

    def visit(
        self, person: Prospect, at: datetime = MORNING, topic: str = "pricing", **fields: object
    ) -> Visit:
        """A confirmed visit by a link, of an intent that is warm."""
        visit = add_visit(self.session, person, None, at, **({"by_link": True, "intent": 40} | fields))
        add_page(self.session, visit, topic)
        return visit

    def decides(
        self, *visits: Visit, now: datetime | None = None, policy: Policy | None = None
    ) -> list[Alert]:
        """Decide at the moment of the last visit, unless told otherwise; gives their alerts."""
        moment = now or max(visit.last_at for visit in visits)
        Decider(self.installation, policy or Policy())(self.session, visits, moment)
        rows = self.session.scalars(select(Alert).where(Alert.visit_id.in_([visit.id for visit in visits])))
        by_visit = {row.visit_id: row for row in rows}
        return [by_visit[visit.id] for visit in visits]

    def decides_one(self, visit: Visit, now: datetime | None = None) -> Alert:
        return self.decides(visit, now=now)[0]

    def mail_of(self, alert: Alert) -> Message:
        assert alert.message_id is not None
        return self.session.get_one(Message, alert.message_id)


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    with database.writing() as session:
        sam = add_user(session, "Sam Reed", role=Role.REP, **ALWAYS)
        yield Office(session, installation(database), sam)


def test_a_call_has_a_mail_due_when_its_window_ends(office: Office) -> None:
    alert = office.decides_one(office.visit(office.lost()))
    mail = office.mail_of(alert)
    assert (alert.decision, alert.user_id, alert.due_at) == ("call", office.sam.id, MORNING + WINDOW)
    assert (mail.kind, mail.state, mail.attempts) == (MessageKind.ALERT, MessageState.PENDING, 0)
    assert (mail.user_id, mail.next_attempt_at) == (office.sam.id, MORNING + WINDOW)
    assert mail.dedupe_key == f"alert:{alert.id}"
    assert mail.mail_id.startswith("<")


def test_a_call_keeps_its_moment_while_more_is_read_and_is_brought_forward_by_contact(office: Office) -> None:
    visit = office.visit(office.lost())
    office.decides_one(visit)
    visit.intent = 70
    again = office.decides_one(visit, MORNING + timedelta(seconds=5))
    assert (again.decided_at, again.due_at, again.tier) == (MORNING, MORNING + WINDOW, "hot")
    add_page(office.session, visit, "contact")
    soon = MORNING + timedelta(seconds=9)
    hurried = office.decides_one(visit, soon)
    assert (hurried.decided_at, hurried.due_at) == (MORNING, soon)
    assert office.mail_of(hurried).next_attempt_at == soon


def test_a_hold_becomes_a_call_when_more_is_known(office: Office) -> None:
    visit = office.visit(office.lost(), state=State.UNCONFIRMED)
    held = office.decides_one(visit)
    assert (held.decision, held.why, held.message_id, held.due_at) == ("hold", "unconfirmed", None, None)
    visit.state = State.CONFIRMED
    later = MORNING + MINUTE
    called = office.decides_one(visit, later)
    assert (called.id, called.decision, called.decided_at) == (held.id, "call", later)


def test_an_account_is_called_about_once_a_day_unless_interest_rises_a_tier(office: Office) -> None:
    dana = office.lost()
    lee = add_prospect(office.session, name="Lee Park", email="lee@brightwell.example")
    lee.account_id = dana.account_id
    add_deal(office.session, lee)
    assert office.decides_one(office.visit(dana)).decision == "call"
    colleague = office.decides_one(office.visit(lee, MORNING + MINUTE))
    assert (colleague.decision, colleague.why, colleague.message_id) == ("hold", "cooldown", None)
    hotter = office.decides_one(office.visit(lee, MORNING + 2 * MINUTE, intent=60))
    assert hotter.decision == "call"
    next_day = MORNING + 2 * MINUTE + ACCOUNT_COOLDOWN
    assert office.decides_one(office.visit(dana, next_day - MINUTE)).why == "cooldown"
    assert office.decides_one(office.visit(dana, next_day)).decision == "call"


def test_colleagues_in_one_group_of_hits_make_one_call(office: Office) -> None:
    dana = office.lost()
    lee = add_prospect(office.session, name="Lee Park", email="lee@brightwell.example")
    lee.account_id = dana.account_id
    add_deal(office.session, lee)
    alerts = office.decides(office.visit(dana), office.visit(lee))
    assert [alert.why for alert in alerts] == ["high-intent page", "cooldown"]


def test_a_person_without_an_account_has_a_cooldown_of_their_own(office: Office) -> None:
    owner = office.owner_name()
    people = [add_prospect(office.session, None, name) for name in ("Dana Ortiz", "Lee Park")]
    for person in people:
        add_deal(office.session, person, owner=owner)
    first, second = office.decides(*(office.visit(person) for person in people))
    assert (first.decision, second.decision) == ("call", "call")
    assert office.decides_one(office.visit(people[0], MORNING + MINUTE)).why == "cooldown"


def test_the_sixth_call_of_a_day_waits_for_the_digest(office: Office) -> None:
    visits = [office.visit(office.lost(), MORNING + number * MINUTE) for number in range(DAILY_LIMIT + 1)]
    alerts = office.decides(*visits)
    assert [alert.why for alert in alerts] == ["high-intent page"] * DAILY_LIMIT + ["daily limit"]
    another_rep = add_user(office.session, "Priya Nair", role=Role.REP, **ALWAYS)
    elsewhere = office.lost()
    office.sam, sam = another_rep, office.sam
    assert office.decides_one(office.visit(office.lost())).decision == "call"
    office.sam = sam
    assert office.decides_one(office.visit(elsewhere, MORNING + timedelta(hours=14))).why == "daily limit"
    assert office.decides_one(office.visit(elsewhere, MORNING + timedelta(hours=15))).decision == "call"


def test_a_day_is_one_of_the_reps_own_calendar(office: Office) -> None:
    office.sam.time_zone = "Pacific/Auckland"
    before_midnight = datetime(2026, 2, 10, 10, 59, tzinfo=UTC)
    policy = Policy(daily_limit=1)

    def why(at: datetime) -> str:
        return office.decides(office.visit(office.lost(), at), policy=policy)[0].why

    assert why(before_midnight - MINUTE) == "high-intent page"
    assert why(before_midnight) == "daily limit"
    assert why(before_midnight + MINUTE) == "high-intent page"


def test_outside_their_hours_a_rep_is_not_mailed_and_reads_of_it_in_the_digest(office: Office) -> None:
    office.sam.hours_start, office.sam.hours_end, office.sam.work_days = 540, 1080, "12345"
    evening = MORNING.replace(hour=20)
    visit = office.visit(office.lost(), evening)
    alert = office.decides_one(visit)
    assert (alert.decision, alert.why, alert.message_id) == ("hold", "outside working hours", None)
    (digest,) = plan_digests(office.session, "ringback@n.example", datetime(2026, 2, 11, 9, 0, tzinfo=UTC))
    office.session.refresh(alert)
    assert alert.message_id == digest
    still_there = office.decides_one(visit, datetime(2026, 2, 11, 9, 1, tzinfo=UTC))
    assert (still_there.why, still_there.message_id) == ("outside working hours", digest)


def test_who_is_away_is_stood_in_for_and_without_anybody_it_waits(office: Office) -> None:
    office.sam.away_from = office.sam.away_until = date(2026, 2, 10)
    priya = add_user(office.session, "Priya Nair", role=Role.REP, **ALWAYS)
    waiting = office.decides_one(office.visit(office.lost()))
    assert (waiting.decision, waiting.why, waiting.user_id) == ("hold", "rep away", office.sam.id)
    office.sam.deputy_id = priya.id
    alert = office.decides_one(office.visit(office.lost()))
    assert (alert.decision, alert.user_id) == ("call", priya.id)
    assert office.mail_of(alert).user_id == priya.id


def test_what_nobody_owns_goes_to_the_manager_and_without_one_to_nobody(office: Office) -> None:
    account = add_account(office.session)
    orphan = add_prospect(office.session, account)
    add_deal(office.session, orphan, owner=add_owner_name(office.session, None, "Long Gone"))
    nobody = office.decides_one(office.visit(orphan))
    assert (nobody.decision, nobody.why, nobody.user_id) == ("hold", "no owner", None)
    boss = add_user(office.session, "Max Holt", role=Role.MANAGER, **ALWAYS)
    assert office.decides_one(office.visit(orphan)).user_id == boss.id


def test_a_leavers_lost_deals_go_to_their_teams_manager(office: Office) -> None:
    boss = add_user(office.session, "Max Holt", role=Role.MANAGER, **ALWAYS)
    add_user(office.session, "Ann First", role=Role.MANAGER, **ALWAYS)
    team = Team(name="North", manager_id=boss.id)
    office.session.add(team)
    office.session.flush()
    office.sam.team_id, office.sam.left_at = team.id, MORNING
    assert office.decides_one(office.visit(office.lost())).user_id == boss.id


@pytest.mark.parametrize(
    ("status", "why"), [(DealStatus.OPEN, "open deal"), (DealStatus.WON, "customer"), (DealStatus.LOST, None)]
)
@pytest.mark.parametrize("whose", ["their own", "a colleague's"])
def test_an_open_or_won_deal_holds_the_whole_account(
    office: Office, status: DealStatus, why: str | None, whose: str
) -> None:
    dana = office.lost()
    if whose == "their own":
        add_deal(office.session, dana, status=status)
    else:
        lee = add_prospect(office.session, name="Lee Park", email="lee@brightwell.example")
        add_deal(office.session, lee, account_id=dana.account_id, status=status)
    alert = office.decides_one(office.visit(dana))
    assert (alert.why if alert.decision == "hold" else None) == why


def test_without_a_lost_deal_or_with_one_that_never_was_a_chance_nobody_calls(office: Office) -> None:
    account = add_account(office.session, owner=office.owner_name())
    person = add_prospect(office.session, account)
    assert office.decides_one(office.visit(person)).why == "no lost deal"
    bad = add_deal(office.session, person, not_qualified=True, closed_on=date(2026, 1, 1))
    assert office.decides_one(office.visit(person)).why == "not qualified"
    good = add_deal(office.session, person, closed_on=date(2024, 1, 1))
    alert = office.decides_one(office.visit(person))
    assert (alert.decision, alert.deal_id) == ("call", good.id)
    assert bad.not_qualified


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (SuppressionKind.DO_NOT_CALL, "do not call"),
        (SuppressionKind.DO_NOT_TRACK, "suppressed"),
        (SuppressionKind.UNSUBSCRIBED, "high-intent page"),
    ],
)
def test_wishes_are_heard_whatever_the_case_of_the_address(
    office: Office, kind: SuppressionKind, why: str
) -> None:
    dana = office.lost(email="Dana@Brightwell.example")
    suppress(office.session, office.installation.signer, ["dana@brightwell.EXAMPLE"], kind, "letter", MORNING)
    assert office.decides_one(office.visit(dana)).why == why


def test_after_a_talk_it_is_quiet_for_a_week(office: Office) -> None:
    dana = office.lost()
    talked = office.decides_one(office.visit(dana))
    add_outcome(office.session, talked, office.sam, OutcomeKind.SPOKE)
    week = MORNING + timedelta(days=7)
    assert office.decides_one(office.visit(dana, week - MINUTE)).why == "quiet after an outcome"
    assert office.decides_one(office.visit(dana, week)).decision == "call"


@pytest.mark.parametrize("fact", ["sent_at", "claimed_at", "closed_at"])
def test_what_was_told_or_answered_is_not_changed_any_more(office: Office, fact: str) -> None:
    visit = office.visit(office.lost())
    alert = office.decides_one(visit)
    setattr(alert, fact, MORNING)
    visit.state, visit.intent = State.MACHINE, 0
    same = office.decides_one(visit, MORNING + MINUTE)
    assert (same.decision, same.intent, office.mail_of(same).state) == ("call", 40, MessageState.PENDING)


def test_r4_a_mail_that_was_attempted_is_never_changed(office: Office) -> None:
    visit = office.visit(office.lost(), topic="contact")
    alert = office.decides_one(visit)
    assert claim(office.session, office.mail_of(alert).id, "mail", MORNING, timedelta(seconds=45)) is not None
    office.session.refresh(office.mail_of(alert))
    before = (office.mail_of(alert).next_attempt_at, office.mail_of(alert).state)
    visit.state = State.MACHINE
    same = office.decides_one(visit, MORNING + MINUTE)
    assert same.decision == "call"
    assert (office.mail_of(same).next_attempt_at, office.mail_of(same).state) == before


def test_what_is_listed_in_a_digest_stays_there(office: Office) -> None:
    visit = office.visit(office.lost(), topic="blog")
    alert = office.decides_one(visit)
    assert alert.decision == "digest"
    digest = add_message(office.session, office.sam, alert, kind=MessageKind.DIGEST)
    add_page(office.session, visit, "contact")
    same = office.decides_one(visit, MORNING + MINUTE)
    assert (same.decision, same.message_id, digest.state) == ("digest", digest.id, MessageState.PENDING)


def test_a_call_found_to_be_a_machines_is_withdrawn_and_its_mail_stays_to_be_read(office: Office) -> None:
    visit = office.visit(office.lost())
    mail = office.mail_of(office.decides_one(visit))
    visit.state = State.MACHINE
    alert = office.decides_one(visit, MORNING + timedelta(seconds=3))
    assert (alert.why, alert.due_at, alert.message_id) == ("machine", None, mail.id)
    assert (mail.state, mail.last_reason) == (
        MessageState.WITHDRAWN,
        "A program opened the link, not a person.",
    )


def test_a_call_that_turns_out_ordinary_gets_into_the_digest_and_may_become_a_call_again(
    office: Office,
) -> None:
    """They came on their own, then clicked the mail's link too; then they read prices after all."""
    visit = office.visit(office.lost(), topic="blog", by_link=False)
    mail = office.mail_of(office.decides_one(visit))
    visit.by_link = True
    ordinary = office.decides_one(visit, MORNING + timedelta(seconds=5))
    assert (ordinary.decision, ordinary.message_id, mail.state) == ("digest", None, MessageState.WITHDRAWN)
    add_page(office.session, visit, "pricing")
    later = MORNING + timedelta(seconds=9)
    again = office.decides_one(visit, later)
    assert (again.decision, again.message_id) == ("call", mail.id)
    assert (mail.state, mail.next_attempt_at, mail.last_reason) == (MessageState.PENDING, later + WINDOW, "")
    assert len(office.session.scalars(select(Message)).all()) == 1


def test_a_withdrawn_calls_place_in_the_days_limit_is_free_again(office: Office) -> None:
    policy = Policy(daily_limit=1)
    first = office.visit(office.lost())
    office.decides(first, policy=policy)
    first.state = State.MACHINE
    second = office.visit(office.lost(), MORNING + MINUTE)
    alerts = office.decides(first, second, policy=policy)
    assert [alert.decision for alert in alerts] == [Decision.HOLD, Decision.CALL]
