"""On the post-mortem's page the call is agreed, moved and called off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from alerts.models import InvitationMail
from alerts.words import FollowUpKind
from tests.alerts.web.talks.floor import SAID
from tracker.models import Deal, DealStatus, Prospect
from tracker.suppression import suppress
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from tests.alerts.web.talks.floor import Floor, Lost
    from tests.tracker.web.company import Browser


@pytest.fixture
def lost(lost_lately: Lost) -> Lost:
    return lost_lately


def slot_of(floor: Floor, days: int = 3, time: str = "10:00") -> dict[str, Any]:
    day = floor.today + timedelta(days=days)
    return {"slot": "day", "slot_day": day.isoformat(), "slot_time": time}


def seen_slot(floor: Floor, lost: Lost) -> str:
    at = floor.deal(lost).post_mortem_at
    return at.isoformat() if at else ""


def test_a_call_is_agreed_moved_and_called_off(floor: Floor, lost: Lost, browser: Browser) -> None:
    browser.sends(lost.why, seen="0", act="save", seen_slot="", **slot_of(floor))
    first = floor.invitation(lost)
    assert first is not None
    assert (first.user_id, first.sequence, first.to_prospect) == (floor.sam.id, 0, False)
    due = floor.due(lost)
    assert due is not None
    assert (due.kind, due.due_on, due.agreed) == (
        FollowUpKind.POST_MORTEM,
        floor.today + timedelta(days=3),
        True,
    )
    browser.sends(
        lost.why,
        seen="0",
        act="save",
        invite="yes",
        seen_slot=seen_slot(floor, lost),
        **slot_of(floor, 4, "15:30"),
    )
    moved = floor.invitation(lost)
    assert moved is not None
    assert (moved.sequence, moved.to_prospect, moved.uid) == (1, True, first.uid)
    file = Calendar.from_ical(browser.gets(f"/deals/{lost.deal_id}/invite.ics").data)
    assert [str(event["UID"]) for event in file.walk("VEVENT")] == [first.uid]
    answer = browser.sends(
        lost.why, seen="0", act="cancel", seen_slot=seen_slot(floor, lost), **slot_of(floor, 4, "15:30")
    )
    assert answer.status_code == 303
    off = floor.invitation(lost)
    assert off is not None
    assert (off.sequence, off.cancelled_at is not None) == (2, True)
    assert floor.deal(lost).post_mortem_at is None
    assert browser.gets(f"/deals/{lost.deal_id}/invite.ics").status_code == 404
    with floor.company.database.reading() as session:
        told = session.execute(select(InvitationMail.sequence, InvitationMail.to_prospect)).all()
    assert sorted(map(tuple, told)) == [(0, False), (1, False), (1, True), (2, False), (2, True)]


def test_what_else_was_typed_is_saved_with_the_time(floor: Floor, lost: Lost, browser: Browser) -> None:
    browser.sends(lost.why, seen="0", act="save", seen_slot="", **SAID, **slot_of(floor))
    row = floor.post_mortem(lost)
    assert row is not None
    assert row.project == "Slow."
    assert floor.deal(lost).post_mortem_at is not None


def test_the_time_is_sams_and_danas_stands_beside_it(floor: Floor, browser: Browser) -> None:
    lost = floor.lose(days_ago=14, person={"time_zone": "America/New_York"})
    browser.sends(lost.why, seen="0", act="save", seen_slot="", **slot_of(floor, time="15:00"))
    # Their clocks were put forward already, ours are not yet.
    assert "11:00 for Dana (New York)" in browser.gets(lost.why).text


@pytest.mark.parametrize(
    ("day", "time", "problem"),
    [
        ("2027-02-29", "10:00", "slot_day-problem"),
        ("2027-03-28", "01:30", "The clocks are put forward over that hour"),
        ("2020-01-02", "10:00", "That is past"),
        ("2027-03-01", "25:00", "Write the time like 10:30"),
    ],
)
def test_a_time_that_cannot_be_is_told_beside_its_field(
    floor: Floor, lost: Lost, browser: Browser, day: str, time: str, problem: str
) -> None:
    answer = browser.sends(
        lost.why, seen="0", act="save", seen_slot="", slot="day", slot_day=day, slot_time=time, **SAID
    )
    assert answer.status_code == 422
    assert problem in answer.text
    assert "Their IT insisted." in answer.text
    assert floor.deal(lost).post_mortem_at is None


def test_an_hour_that_comes_twice_is_the_first_and_said_to_be(
    floor: Floor, lost: Lost, browser: Browser
) -> None:
    browser.sends(
        lost.why, seen="0", act="save", seen_slot="", slot="day", slot_day="2027-10-31", slot_time="01:30"
    )
    assert floor.deal(lost).post_mortem_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert "the first of the two is meant" in browser.gets(lost.why).text


def test_a_leap_day_can_be_agreed(floor: Floor, lost: Lost, browser: Browser) -> None:
    browser.sends(
        lost.why, seen="0", act="save", seen_slot="", slot="day", slot_day="2028-02-29", slot_time="09:00"
    )
    assert floor.deal(lost).post_mortem_at == datetime(2028, 2, 29, 9, tzinfo=UTC)


def test_who_moves_a_call_that_was_moved_meanwhile_is_told(
    floor: Floor, lost: Lost, browser: Browser
) -> None:
    browser.sends(lost.why, seen="0", act="save", seen_slot="", **slot_of(floor))
    there = floor.deal(lost).post_mortem_at
    late = browser.sends(lost.why, seen="0", act="save", seen_slot="", **slot_of(floor, 5))
    assert late.status_code == 409
    assert floor.deal(lost).post_mortem_at == there
    assert browser.sends(lost.why, seen="0", act="cancel", seen_slot="").status_code in (303, 409)


def test_answers_of_who_saw_no_time_leave_the_time_alone(floor: Floor, lost: Lost, browser: Browser) -> None:
    browser.sends(lost.why, seen="0", act="save", seen_slot="", **slot_of(floor))
    assert browser.sends(lost.why, seen="0", act="save", seen_slot="", **SAID).status_code == 303
    assert floor.deal(lost).post_mortem_at is not None


@pytest.mark.parametrize("status", [DealStatus.OPEN, DealStatus.WON])
def test_of_a_deal_that_is_open_again_or_won_answers_are_kept_and_no_call_is_agreed(
    floor: Floor, lost: Lost, browser: Browser, status: DealStatus
) -> None:
    floor.change(Deal, lost.deal_id, status=status)
    assert "nothing is asked for about its loss any more" in browser.gets(lost.why).text
    refused = browser.sends(lost.why, seen="0", act="save", seen_slot="", **SAID, **slot_of(floor))
    assert refused.status_code == 422
    assert "Their IT insisted." in refused.text
    assert browser.sends(lost.why, seen="0", act="save", seen_slot="", **SAID).status_code == 303
    assert floor.post_mortem(lost) is not None


def test_who_wants_no_mail_is_not_offered_an_invitation(floor: Floor, lost: Lost, browser: Browser) -> None:
    assert "Also invite dana@brightwell.example" in browser.gets(lost.why).text
    with floor.company.database.writing() as session:
        signer = floor.company.door.setting.installation.signer
        wish = SuppressionKind.UNSUBSCRIBED
        suppress(session, signer, ["dana@brightwell.example"], wish, "the test", floor.company.door.now)
    page = browser.gets(lost.why).text
    assert "Also invite" not in page
    assert "cannot be invited by mail: they asked for no more mail." in page
    floor.change(Prospect, lost.dana_id, email=None)
    assert "no mail address of theirs is on record" in browser.gets(lost.why).text
