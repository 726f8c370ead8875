"""The tab Goals: what Dana wants, what to send her and why, and what she was sent."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests.alerts.web.goals_tab import goals, notes, tab
from tests.tracker.web.company import open_company
from tests.tracker.web.prospects.desk_of_sam import PAYLOADS, desk_of_sam, is_harmless
from tracker.models import Role
from tracker.words import GoalEnd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tracker.web.prospects.desk_of_sam import Desk
    from tracker.db import Database


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    with open_company(database) as company:
        yield desk_of_sam(company)


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
