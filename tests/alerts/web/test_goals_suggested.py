"""The tab Goals: what to send Dana and why, and what she was sent."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.models import ContentItem, ContentSent
from alerts.words import SentBy
from tests.alerts.content.shelf import add_item, add_read
from tests.alerts.web.goals_tab import GUIDE, SITE, asks, notes, sent_rows, shelve, tab
from tests.tracker.web.company import open_company
from tests.tracker.web.prospects.desk_of_sam import desk_of_sam
from tracker.left_alone import leave_alone
from tracker.models import Prospect
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tracker.web.prospects.desk_of_sam import Desk
    from tracker.db import Database


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    with open_company(database) as company:
        yield desk_of_sam(company)


def test_nothing_is_suggested_without_a_reason_and_what_is_lacking_is_named(desk: Desk) -> None:
    shown = tab(desk)
    assert "Nothing fits yet" in shown
    assert "Ask for something about pricing: marketers and managers add it." in shown
    notes(desk, topic="gardening")
    assert "Ask for something about gardening, pricing" in tab(desk)


def test_what_fits_is_suggested_with_a_link_of_her_own_and_a_mail_to_send(desk: Desk) -> None:
    guide, prices = shelve(desk)
    notes(desk)
    shown = tab(desk)
    assert "Fits their goal: “Train new people in a week”." in shown
    assert "Answers why they said no: price, says the CRM." in shown
    assert shown.index("A guide to onboarding") < shown.index("What it costs now")
    own = re.search(rf"{GUIDE}#rb=[\w.-]+", shown)
    assert own is not None
    assert len(own[0]) > len(GUIDE) + 60
    assert "https://press.example/prices#rb" not in shown
    assert "The page is on no site of ours, so the link is plain" in shown
    mail = re.search(r'href="(mailto:[^"]+)"', shown)
    assert mail is not None
    assert mail[1].startswith(
        "mailto:dana@brightwell.example?subject=A%20guide%20to%20onboarding&body=Hi%20Dana"
    )
    for number in (guide, prices):
        picture = desk.browser.gets(f"/prospects/{desk.dana}/goals/qr/{number}.svg")
        assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")
    saved = desk.browser.gets(f"/prospects/{desk.dana}/goals/qr/{guide}.png?save=1")
    assert saved.headers["Content-Disposition"] == f"attachment; filename=content-{guide}-{desk.dana}.png"


def test_a_link_of_their_own_is_made_first_where_there_is_none(desk: Desk) -> None:
    guide, _ = shelve(desk, linked=False)
    notes(desk)
    page = f"/prospects/{desk.dana}/goals"
    shown = tab(desk)
    assert "They have no link that lasts yet." in shown
    assert f"{GUIDE}#rb" not in shown
    assert desk.browser.gets(f"{page}/qr/{guide}.svg").status_code == 404
    made = desk.browser.sends(f"{page}/link", page, item=str(guide))
    assert made.location == f"{page}?item={guide}"
    assert f"{GUIDE}#rb=" in tab(desk)


def test_what_was_sent_is_on_record_with_its_reason_and_can_be_undone(desk: Desk) -> None:
    guide, _ = shelve(desk)
    notes(desk)
    page = f"/prospects/{desk.dana}/goals"
    assert desk.browser.sends(f"{page}/sent", page, item=str(guide), how="mail").status_code == 303
    (row,) = sent_rows(desk)
    assert (row.content_id, row.how, row.user_id) == (guide, SentBy.MAIL, desk.sam.id)
    assert row.why == "Fits their goal: “Train new people in a week”."
    shown = tab(desk)
    assert "On record: you sent “A guide to onboarding”." in shown
    assert re.search(r"Sent by mail by Sam Reed, <time[^>]+>today 12:00</time>\. Fits their goal", shown)
    assert "Not seen on the page since." in shown
    assert "They were sent something within the last 14 days" in shown
    assert "What it costs now" not in shown.split("Send something else")[0]
    assert "What it costs now" in tab(desk, "?asked=1").split("Send something else")[0]
    again = desk.browser.sends(f"{page}/sent", page, item=str(guide), how="note")
    assert again.status_code == 303
    assert "on record already" in tab(desk)
    desk.browser.sends(f"{page}/sent/{row.id}/undo", page)
    assert sent_rows(desk)[0].undone_at is not None
    shown = tab(desk)
    assert "Undone: it counts as not sent." in shown
    assert "Fits their goal" in shown
    assert [verb for _, verb in desk.company.noted()][1:] == ["send", "undo sending"]


def test_it_is_told_whether_they_came_to_the_page_since(desk: Desk) -> None:
    guide, prices = shelve(desk)
    now = desk.company.door.now
    with desk.company.database.writing() as session:
        for number in (guide, prices):
            session.add(
                ContentSent(
                    content_id=number,
                    prospect_id=desk.dana,
                    user_id=desk.sam.id,
                    how=SentBy.MAIL,
                    why="",
                    at=now - timedelta(days=3),
                )
            )
        dana = session.get_one(Prospect, desk.dana)
        add_read(session, dana, GUIDE, now - timedelta(days=9))
    assert "Not seen on the page since." in tab(desk)
    with desk.company.database.writing() as session:
        dana = session.get_one(Prospect, desk.dana)
        add_read(session, dana, GUIDE, now - timedelta(days=1))
    shown = tab(desk)
    assert "Came to the page " in shown
    assert "Whether they read it is not known" in shown


def test_who_unsubscribed_gets_a_note_only_and_who_is_not_tracked_a_plain_link(desk: Desk) -> None:
    shelve(desk)
    notes(desk)
    asks(desk, SuppressionKind.DO_NOT_CALL)
    assert "I mailed it" in tab(desk)
    asks(desk, SuppressionKind.UNSUBSCRIBED)
    shown = tab(desk)
    assert "send it as a personal note only" in shown
    assert "mailto:" not in shown
    assert "I mailed it" not in shown
    assert "I sent a note" in shown
    assert f"{GUIDE}#rb=" in shown
    asks(desk, SuppressionKind.DO_NOT_TRACK)
    shown = tab(desk)
    assert "so the link is plain" in shown
    assert "#rb=" not in shown


def test_who_told_a_rep_gets_no_link_of_their_own_without_an_address_either(desk: Desk) -> None:
    (guide, _), _ = shelve(desk, linked=False), notes(desk)
    with desk.company.database.writing() as session:
        dana = session.get_one(Prospect, desk.dana)
        dana.email = dana.email_key = None
        wishes = (SuppressionKind.DO_NOT_TRACK, SuppressionKind.UNSUBSCRIBED)
        leave_alone(session, dana.id, wishes, "told a rep", desk.company.door.now)
    page = f"/prospects/{desk.dana}/goals"
    desk.browser.sends(f"{page}/link", page, item=str(guide))
    shown = tab(desk)
    assert "They asked not to be tracked, so the link is plain." in shown
    assert "#rb=" not in shown


def test_what_a_rep_chooses_is_prepared_though_nothing_speaks_for_it(desk: Desk) -> None:
    guide, _ = shelve(desk)
    shown = tab(desk, f"?item={guide}")
    assert "You chose it: nothing that is known of them speaks for it." in shown
    assert f"{GUIDE}#rb=" in shown
    assert tab(desk, f"?item={2**40}").count("<article") == tab(desk).count("<article")
    page = f"/prospects/{desk.dana}/goals"
    desk.browser.sends(f"{page}/sent", page, item=str(guide), how="note")
    assert "They were sent “A guide to onboarding” already" in tab(desk, f"?item={guide}")
    assert desk.browser.sends(f"{page}/sent", page, item="999999").status_code == 303
    assert "not in the library any more" in tab(desk)


def test_what_was_taken_out_is_suggested_to_nobody_and_stays_where_it_was_sent(desk: Desk) -> None:
    guide, _ = shelve(desk)
    notes(desk)
    page = f"/prospects/{desk.dana}/goals"
    desk.browser.sends(f"{page}/sent", page, item=str(guide), how="mail")
    with desk.company.database.writing() as session:
        session.get_one(ContentItem, guide).ended_at = desk.company.door.now
        add_item(session, "More on onboarding", f"{SITE}/more", "onboarding")
        ended = add_item(session, "Old onboarding", f"{SITE}/old", "onboarding")
        ended.ended_at = desk.company.door.now
    shown = tab(desk, "?asked=1")
    assert "Old onboarding" not in shown
    assert "More on onboarding" in shown
    assert "A guide to onboarding" in shown.split("What they were sent")[1]
