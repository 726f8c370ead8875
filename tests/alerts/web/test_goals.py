"""The tab Goals: what Dana wants, what to send her and why, and what she was sent."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from alerts.models import ContentItem, ContentSent
from alerts.words import ContentKind, SentBy
from tests.alerts.content.shelf import add_item, add_read
from tests.builders import add_site, add_token
from tests.tracker.web.company import open_company
from tests.tracker.web.prospects.desk_of_sam import PAYLOADS, desk_of_sam, is_harmless
from tracker.left_alone import leave_alone
from tracker.models import Goal, Prospect, Role
from tracker.suppression import suppress
from tracker.words import GoalEnd, SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tracker.web.prospects.desk_of_sam import Desk
    from tracker.db import Database

SITE = "https://www.northwind.example"
GUIDE = f"{SITE}/guides/onboarding"


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    with open_company(database) as company:
        yield desk_of_sam(company)


def tab(desk: Desk, more: str = "") -> str:
    answer = desk.browser.gets(f"/prospects/{desk.dana}/goals{more}")
    assert answer.status_code == 200
    return unescape(answer.text)


def notes(desk: Desk, text: str = "Train new people in a week", topic: str = "onboarding") -> int:
    answer = desk.browser.sends(f"/prospects/{desk.dana}/goals", text=text, topic=topic, kind="goal")
    assert answer.status_code == 303
    return goals(desk)[-1].id


def goals(desk: Desk) -> list[Goal]:
    with desk.company.database.reading() as session:
        return list(session.scalars(select(Goal).order_by(Goal.id)))


def shelve(desk: Desk, *, linked: bool = True) -> list[int]:
    """A guide that helps with onboarding, and a page about prices elsewhere; Dana may have a link."""
    with desk.company.database.writing() as session:
        add_site(session)
        if linked:
            add_token(session, session.get_one(Prospect, desk.dana), desk.company.door.now)
        guide = add_item(session, "A guide to onboarding", GUIDE, "onboarding")
        prices = add_item(
            session,
            "What it costs now",
            "https://press.example/prices",
            "pricing",
            kind=ContentKind.PRODUCT,
        )
        return [guide.id, prices.id]


def asks(desk: Desk, kind: SuppressionKind) -> None:
    with desk.company.database.writing() as session:
        signer = desk.company.door.setting.installation.signer
        suppress(session, signer, ["dana@brightwell.example"], kind, "a list", desk.company.door.now)


def sent_rows(desk: Desk) -> list[ContentSent]:
    with desk.company.database.reading() as session:
        return list(session.scalars(select(ContentSent).order_by(ContentSent.id)))


def test_a_goal_is_noted_changed_reached_and_taken_up_again(desk: Desk) -> None:
    page = f"/prospects/{desk.dana}/goals"
    number = notes(desk)
    assert "Train new people in a week" in tab(desk)
    one = f"{page}/{number}"
    changed = desk.browser.sends(
        one, text="Train new people in two days", topic="On  Boarding", kind="interest", seen="1"
    )
    assert changed.status_code == 303
    (goal,) = goals(desk)
    assert (goal.text, goal.topic, goal.kind, goal.version) == (
        "Train new people in two days",
        "on boarding",
        "interest",
        2,
    )
    desk.browser.sends(f"{one}/end", page, ended="reached")
    (goal,) = goals(desk)
    assert (goal.ended_as, goal.ended_at is None) == (GoalEnd.REACHED, False)
    shown = tab(desk)
    assert "Earlier ones (1)" in shown
    assert ">Undo</button>" in shown
    desk.browser.sends(f"{one}/again", page)
    assert goals(desk)[0].ended_at is None
    assert [verb for _, verb in desk.company.noted()] == [
        "note a goal",
        "change an interest",
        "end an interest",
        "take up an interest again",
    ]
    assert desk.browser.sends(f"{one}/end", page, ended="so-so").status_code == 400


def test_who_changes_a_goal_that_changed_meanwhile_is_told(desk: Desk) -> None:
    page = f"/prospects/{desk.dana}/goals/{notes(desk)}"
    desk.browser.sends(page, text="By Mia", topic="docs", kind="goal", seen="1")
    late = desk.browser.sends(page, text="By Sam", topic="docs", kind="goal", seen="1")
    assert late.status_code == 409
    shown = unescape(late.text)
    assert "Somebody changed this meanwhile" in shown
    assert "<dd>By Mia</dd>" in shown
    assert 'value="By Sam"' in shown
    assert goals(desk)[0].text == "By Mia"


def test_what_is_no_goal_is_told_beside_its_field_and_nothing_is_lost(desk: Desk) -> None:
    page = f"/prospects/{desk.dana}/goals"
    blank = desk.browser.sends(page, text="", topic="docs", kind="goal")
    assert blank.status_code == 422
    assert "Say it in a sentence" in blank.text
    assert 'value="docs"' in blank.text
    long = desk.browser.sends(page, text="x" * 301, topic="y" * 61, kind="dream")
    assert long.text.count('class="problem"') == 3
    assert goals(desk) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_s7_what_is_noted_is_text_and_nothing_else(desk: Desk, payload: str) -> None:
    notes(desk, payload, payload)
    assert is_harmless(desk.browser.gets(f"/prospects/{desk.dana}/goals").text)
    assert is_harmless(desk.browser.gets(f"/prospects/{desk.dana}/goals/{goals(desk)[0].id}").text)


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


def test_s13_a_colleagues_prospect_is_not_there(desk: Desk) -> None:
    page, mine = f"/prospects/{desk.stranger}/goals", f"/prospects/{desk.dana}/goals"
    assert desk.browser.gets(page).status_code == 404
    for path in ("", "/1", "/1/end", "/1/again", "/link", "/sent", "/sent/1/undo"):
        assert desk.browser.sends(page + path, mine, text="x", kind="goal").status_code == 404
    number = notes(desk)
    kim = desk.company.browser(desk.company.hire("Mia Marsh", role=Role.MARKETER))
    other = f"/prospects/{desk.stranger}/goals/{number}"
    assert kim.gets(other).status_code == 404
    assert kim.gets(f"{mine}/{number}").status_code == 200
