"""From a judged visit to its alert row and mail, and how long they may still change."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from alerts.models import Message
from alerts.outbox import claim
from alerts.policy import NEWS, STALE_CALL, Hold, Policy, Ruling
from alerts.step import is_for_digest
from alerts.words import Decision, MessageKind, MessageState
from tests.alerts.office import MINUTE, WINDOW
from tests.alerts.scenes import MORNING, add_message, add_page
from tracker.models import Prospect, State

if TYPE_CHECKING:
    from tests.alerts.office import Office


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
    ids = [office.mail_of(alert).id]
    assert claim(office.session, ids, "mail", MORNING, timedelta(seconds=45)) is not None
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


@pytest.mark.parametrize("told", [False, True], ids=["not yet told", "told"])
def test_who_was_held_for_the_sake_of_a_machine_is_called_after_all(office: Office, told: bool) -> None:  # noqa: FBT001  (a case of the story)
    program = office.visit(office.lost())
    alert = office.decides_one(program)
    if told:
        alert.sent_at = MORNING + WINDOW
    person = office.session.get_one(Prospect, program.prospect_id)
    herself = office.visit(person, MORNING + MINUTE)
    held = office.decides_one(herself)
    assert held.why == "cooldown"
    program.state = State.MACHINE
    later = MORNING + 2 * MINUTE
    office.decides_one(program, later)
    assert (held.decision, held.decided_at) == (Decision.CALL, later)
    assert office.mail_of(held).state is MessageState.PENDING


def test_the_order_in_which_visits_are_handed_over_costs_no_call(office: Office) -> None:
    policy = Policy(daily_limit=1)
    first = office.visit(office.lost())
    office.decides(first, policy=policy)
    first.state = State.MACHINE
    second = office.visit(office.lost(), MORNING + MINUTE)
    assert [alert.decision for alert in office.decides(second, first, policy=policy)] == ["call", "hold"]


def test_the_call_is_about_what_they_do_now_not_about_what_was_theirs_hours_ago(office: Office) -> None:
    """A clean visit shows that the one of this morning was theirs as well."""
    dana = office.lost()
    morning = office.visit(dana, MORNING, state=State.UNCONFIRMED)
    assert office.decides_one(morning).why == "unconfirmed"
    afternoon = MORNING + STALE_CALL + MINUTE
    now = office.visit(dana, afternoon)
    morning.state = State.CONFIRMED
    alerts = office.decides(morning, now)
    assert [(alert.decision, alert.why) for alert in alerts] == [
        ("hold", "cooldown"),
        ("call", "high-intent page"),
    ]


def test_what_was_a_persons_hours_ago_is_for_the_digest(office: Office) -> None:
    """Nothing newer: networks were told apart anew, or a browser was offline for hours."""
    visit = office.visit(office.lost(), MORNING, state=State.UNCONFIRMED)
    office.decides_one(visit)
    visit.state = State.STRONG
    late = office.decides_one(visit, MORNING + STALE_CALL + MINUTE)
    assert (late.why, is_for_digest(Ruling(Decision.HOLD, Hold(late.why)))) == ("too late to call", True)


def test_an_old_visit_is_news_only_when_nothing_newer_is_told(office: Office) -> None:
    dana, lee = office.lost(), office.lost()
    old = [office.visit(who, MORNING, "blog", state=State.UNCONFIRMED) for who in (dana, lee)]
    office.decides(*old)
    today = MORNING + NEWS + MINUTE
    office.decides_one(office.visit(dana, today, "blog"))
    for visit in old:
        visit.state = State.ENGAGED
    hers, his = office.decides(*old, now=today)
    assert (hers.decision, hers.why) == ("hold", "old news")
    assert (his.decision, his.why) == ("digest", "ordinary visit")


def test_what_waits_for_a_digest_stays_news(office: Office) -> None:
    """From Friday evening to Monday is more than a day."""
    dana = office.lost()
    friday = office.visit(dana, MORNING, "blog")
    office.decides_one(friday)
    monday = MORNING + timedelta(days=3)
    office.decides_one(office.visit(dana, monday, "blog"))
    assert office.decides_one(friday, monday).decision == "digest"
