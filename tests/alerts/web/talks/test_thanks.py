"""The thank-you's page: a draft to change, to open in one's own mail program, and to be done with."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from alerts.models import FollowUp
from alerts.words import FollowUpKind, FollowUpResult
from tracker.models import Deal, DealStatus, Prospect
from tracker.suppression import suppress
from tracker.words import Role, SuppressionKind

if TYPE_CHECKING:
    from tests.alerts.web.talks.floor import Floor, Lost
    from tests.tracker.web.company import Browser


def wish(floor: Floor, kind: SuppressionKind) -> None:
    signer = floor.company.door.setting.installation.signer
    with floor.company.database.writing() as session:
        suppress(session, signer, ["dana@brightwell.example"], kind, "the test", floor.company.door.now)


def mailto(page: str) -> str:
    found = re.search(r'href="(mailto:[^"]*)"', page)
    return unescape(found[1]) if found else ""


def done(floor: Floor, lost: Lost) -> FollowUp | None:
    with floor.company.database.reading() as session:
        return session.scalar(
            select(FollowUp).where(FollowUp.deal_id == lost.deal_id, FollowUp.done_at.is_not(None))
        )


def test_the_draft_opens_in_sams_own_mail_program(lost: Lost, browser: Browser) -> None:
    address = urlsplit(mailto(browser.gets(lost.thanks).text))
    assert address.path == "dana@brightwell.example"
    fields = parse_qs(address.query)
    assert fields["subject"] == ["Thank you, Dana"]
    assert fields["body"][0].startswith("Hello Dana,\r\n\r\nThank you")
    assert fields["body"][0].endswith("Sam Reed\r\nNorthwind")


def test_i_sent_it_is_reported_and_the_next_step_comes(floor: Floor, lost: Lost, browser: Browser) -> None:
    due = floor.due(lost)
    assert due is not None
    answer = browser.sends(lost.thanks, act="sent", follow_up=str(due.id), subject="Hi", body="Hello")
    assert (answer.status_code, answer.location) == (303, lost.talks)
    sent = done(floor, lost)
    assert sent is not None
    assert (sent.kind, sent.result, sent.done_by) == (
        FollowUpKind.THANK_YOU,
        FollowUpResult.SENT,
        floor.sam.id,
    )
    following = floor.due(lost)
    assert following is not None
    assert following.kind is FollowUpKind.POST_MORTEM


def test_what_was_said_too_early_is_taken_back(floor: Floor, lost: Lost, browser: Browser) -> None:
    due = floor.due(lost)
    assert due is not None
    browser.sends(lost.thanks, act="sent", follow_up=str(due.id))
    page = browser.gets(lost.talks).text
    assert f"/follow-ups/{due.id}/undo" in page
    answer = browser.sends(f"/follow-ups/{due.id}/undo", lost.talks, place=lost.talks)
    assert (answer.status_code, answer.location) == (303, lost.talks)
    again = floor.due(lost)
    assert again is not None
    assert again.id == due.id


def test_who_is_second_to_say_so_is_told_who_was_first(floor: Floor, lost: Lost, browser: Browser) -> None:
    due = floor.due(lost)
    assert due is not None
    form = {"act": "sent", "follow_up": str(due.id), "subject": "Mine", "body": "My own words"}
    browser.sends(lost.thanks, **form)
    late = browser.sends(lost.thanks, **form)
    assert late.status_code == 409
    assert "Sam Reed has done this already. Nothing was noted." in late.text
    assert "My own words" in late.text


def test_another_follow_up_cannot_be_reported_from_here(floor: Floor, lost: Lost, browser: Browser) -> None:
    other = floor.lose(person={"email": "fay@foxglove.example"}, days_ago=14)
    theirs = floor.due(other)
    assert theirs is not None
    for which in (str(theirs.id), "", "x", "9" * 30):
        answer = browser.sends(lost.thanks, act="sent", follow_up=which, subject="", body="")
        assert answer.status_code == 409, which
    assert floor.due(other) is not None


def test_without_a_script_changed_words_are_taken_over(lost: Lost, browser: Browser) -> None:
    page = browser.sends(lost.thanks, act="words", subject="Grüße", body="Ganz\r\nanders & kurz")
    assert page.status_code == 200
    assert parse_qs(urlsplit(mailto(page.text)).query) == {
        "subject": ["Grüße"],
        "body": ["Ganz\r\nanders & kurz"],
    }


def test_a_book_is_given_back_and_only_the_subject_is_handed_over(lost: Lost, browser: Browser) -> None:
    book = "x" * 100_000
    page = browser.sends(lost.thanks, act="words", subject="Hi", body=book)
    assert page.status_code == 422
    assert book in page.text
    assert len(mailto(page.text)) < 2_000
    assert '<p class="notice" id="too-long">' in page.text


def test_scripts_in_names_are_text(floor: Floor, browser: Browser) -> None:
    evil = '"><script>alert(1)</script>'
    lost = floor.lose(person={"first_name": evil, "name": evil}, product=evil, title=evil)
    for page in (lost.thanks, lost.why, lost.debrief, lost.talks):
        assert "<script>alert" not in browser.gets(page).text


def test_who_unsubscribed_gets_a_note_by_hand(floor: Floor, lost: Lost, browser: Browser) -> None:
    wish(floor, SuppressionKind.UNSUBSCRIBED)
    page = browser.gets(lost.thanks).text
    assert "They asked for no more mail" in page
    assert mailto(page) == ""
    assert "For a card, by hand" in page


def test_who_has_no_address_gets_a_note_by_hand_and_it_can_be_reported(
    floor: Floor, browser: Browser
) -> None:
    lost = floor.lose()
    floor.change(Prospect, lost.dana_id, email=None, email_key=None, contact_key="dana")
    page = browser.gets(lost.thanks).text
    assert "No mail address is on record" in page
    assert mailto(page) == ""
    due = floor.due(lost)
    assert due is not None
    assert browser.sends(lost.thanks, act="sent", follow_up=str(due.id)).status_code == 303


def test_who_asked_not_to_be_called_is_asked_for_no_call(floor: Floor, lost: Lost, browser: Browser) -> None:
    wish(floor, SuppressionKind.DO_NOT_CALL)
    page = browser.gets(lost.thanks).text
    assert "the draft asks for no call" in page
    assert "on the phone" not in page


def test_an_agreed_call_is_confirmed_in_danas_own_time(floor: Floor, lost: Lost, browser: Browser) -> None:
    floor.change(Prospect, lost.dana_id, time_zone="Asia/Tokyo")
    floor.change(Deal, lost.deal_id, post_mortem_at=datetime(2026, 3, 24, 23, 0, tzinfo=UTC))
    assert "I will call you on Wednesday 25 March at 08:00 (Tokyo time)" in browser.gets(lost.thanks).text
    past = floor.company.door.now - timedelta(days=1)
    floor.change(Deal, lost.deal_id, post_mortem_at=past)
    assert "I will call you" not in browser.gets(lost.thanks).text


@pytest.mark.parametrize("status", [DealStatus.OPEN, DealStatus.WON])
def test_of_a_deal_that_is_not_lost_any_more_it_is_said(
    floor: Floor, lost: Lost, browser: Browser, status: DealStatus
) -> None:
    floor.change(Deal, lost.deal_id, status=status)
    floor.plan()
    page = browser.gets(lost.thanks).text
    assert "nothing is asked for about its loss any more" in page
    assert "I sent it" not in page


def test_who_stands_in_for_sam_gets_there(floor: Floor) -> None:
    eve = floor.company.hire("Eve Hall")
    lost = floor.lose()
    assert floor.browser(eve).gets(lost.thanks).status_code == 404
    with floor.company.database.writing() as session:
        row = session.scalars(select(FollowUp).where(FollowUp.deal_id == lost.deal_id)).one()
        row.user_id = eve.id
    assert floor.browser(eve).gets(lost.thanks).status_code == 200
    assert floor.browser(eve).gets(lost.talks).status_code == 200


def test_s13_a_marketer_has_no_talks(floor: Floor, lost: Lost) -> None:
    marketer = floor.browser(floor.company.hire("Mia Marsh", role=Role.MARKETER))
    for page in (lost.thanks, lost.why, lost.debrief, lost.talks):
        assert marketer.gets(page).status_code == 403
