"""What surrounds a visit: owners, hours, limits, deals and wishes, as the rows tell them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.digest import plan_digests
from alerts.policy import ACCOUNT_COOLDOWN, DAILY_LIMIT, Policy
from alerts.words import MessageState, OutcomeKind
from tests.alerts.office import ALWAYS, MINUTE
from tests.alerts.scenes import MORNING, add_outcome
from tests.builders import add_account, add_deal, add_owner_name, add_prospect, add_user
from tracker.models import DealStatus, Role, Team
from tracker.suppression import suppress
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from tests.alerts.office import Office


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


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.WITHDRAWN])
def test_a_mail_that_reached_nobody_silences_nobody(office: Office, state: MessageState) -> None:
    dana = office.lost()
    unheard = office.mail_of(office.decides_one(office.visit(dana)))
    unheard.state, unheard.attempts = state, 1
    assert office.decides_one(office.visit(dana, MORNING + MINUTE)).decision == "call"


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


@pytest.mark.parametrize("spoiled", ["nothing", "not theirs", "closed untold"])
def test_only_a_newer_visit_of_theirs_that_is_told_of_makes_one_old_news(
    office: Office, spoiled: str
) -> None:
    dana = office.lost()
    newer = office.visit(dana, MORNING, topic="docs", intent=10)
    alert = office.decides_one(newer)
    newer.not_theirs = spoiled == "not theirs"
    alert.closed_at = MORNING if spoiled == "closed untold" else None
    older = office.visit(dana, MORNING - timedelta(days=2), topic="docs", intent=10)
    found = office.decides_one(older, MORNING + MINUTE)
    assert (found.why == "old news") is (spoiled == "nothing")
