"""In a real browser on a phone: Sam makes the link, Dana answers, stops, and goes on on another device."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from alerts.web.gesture import QUICKEST
from alerts.web.interview.proof import TOO_QUICK
from tests.axe import violations
from tests.builders import add_account, add_deal, add_owner_name, add_prospect
from tests.house import House, open_house
from tracker.models import Interview, InterviewAnswer
from tracker.words import Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

A_GLANCE_MS = round(QUICKEST / timedelta(milliseconds=1)) + 200
THOUGHT_MS = round(TOO_QUICK / timedelta(milliseconds=1)) + 200
"""Without scripts the server waits so long before it believes in a person."""
THUMB = 44
TOO_SMALL = """thumb => [...document.querySelectorAll("button, .button, textarea, nav a, .given a, .choice")]
  .filter(it => it.checkVisibility({visibilityProperty: true}))
  .filter(it => it.getBoundingClientRect().height < thumb)
  .map(it => it.outerHTML)"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, company="Northwind") as opened:
        yield opened


def phone(chromium: Browser, *, scripts: bool = True, **looks: Any) -> Page:  # noqa: ANN401  (Playwright's own)
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, java_script_enabled=scripts, **looks
    )
    return context.new_page()


def sams_link(house: House, chromium: Browser) -> str:
    """Sam asks Dana on the tab of her page, and copies the link."""
    sam = house.hire("Sam Reed", Role.REP)
    with house.installation.database.writing() as session:
        owner = add_owner_name(session, sam)
        dana = add_prospect(session, add_account(session, "Brightwell", owner))
        add_deal(session, dana, owner=owner)
    page = house.page(chromium, sam, f"/prospects/{dana.id}/interviews")
    page.get_by_label("Thank-you gift").fill("A book voucher")
    page.get_by_role("button", name="Make the interview").click()
    link = page.get_by_label("For Dana").input_value()
    page.get_by_role("button", name="Copy").first.click()
    assert page.evaluate("navigator.clipboard.readText()") == link
    assert violations(page) == []
    page.context.close()
    return house.home + link.removeprefix("http://127.0.0.1")


def texts(house: House) -> dict[str, str]:
    with house.installation.database.reading() as session:
        return {row.question: row.text for row in session.scalars(select(InterviewAnswer))}


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate(TOO_SMALL, THUMB) == []
    assert violations(page) == []


def test_with_scripts_answers_are_saved_as_they_are_written(house: House, chromium: Browser) -> None:
    link = sams_link(house, chromium)
    dana = phone(chromium, color_scheme="dark")
    dana.on("console", lambda said: house.refused.append(said.text))
    dana.goto(link)
    fits(dana)
    dana.get_by_role("link", name="Begin").tap()
    dana.get_by_text("1 of 9").wait_for()
    fits(dana)
    dana.wait_for_timeout(A_GLANCE_MS)
    dana.get_by_role("textbox").press_sequentially("Price")
    with dana.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        dana.get_by_role("textbox").blur()
    dana.get_by_text("Saved.", exact=True).wait_for()
    assert texts(house) == {"reason": "Price"}
    dana.get_by_role("textbox").press_sequentially(", mostly")
    dana.get_by_role(
        "button", name="Save and go on"
    ).tap()  # leaves the field, too: saved once, told of nobody
    dana.get_by_role("heading", name="What did Acme have that we did not?").wait_for()
    assert texts(house) == {"reason": "Price, mostly"}

    desk = phone(chromium)  # a second device
    desk.goto(link)
    desk.get_by_text("2 of 9").wait_for()
    desk.get_by_role("link", name="Skip").tap()
    desk.get_by_text("3 of 9").wait_for()
    desk.goto(f"{link}/willing")
    fits(desk)
    desk.wait_for_timeout(A_GLANCE_MS)
    desk.get_by_label("Yes").tap()
    desk.get_by_role("button", name="Save and finish").tap()
    desk.get_by_role("heading", name="Thank you").wait_for()
    assert desk.get_by_text("A book voucher").is_visible()
    fits(desk)
    dana.goto(link)
    dana.get_by_role("heading", name="Thank you").wait_for()
    assert texts(house) == {"reason": "Price, mostly", "willing": "yes"}
    assert house.refused == []


def test_without_scripts_the_button_saves_and_a_yes_is_asked_for_once_more(
    house: House, chromium: Browser
) -> None:
    link = sams_link(house, chromium)
    dana = phone(chromium, scripts=False)
    dana.goto(link)
    dana.get_by_role("link", name="Begin").tap()
    dana.get_by_text("1 of 9").wait_for()
    assert dana.locator("#saved").inner_text() == "Saved when you press the button."
    dana.get_by_role("textbox").fill("Price <b>")
    dana.wait_for_timeout(THOUGHT_MS)
    dana.get_by_role("button", name="Save and go on").tap()
    dana.get_by_text("2 of 9").wait_for()
    dana.goto(f"{link}/willing")
    dana.wait_for_timeout(THOUGHT_MS)
    dana.get_by_label("Yes").tap()
    dana.get_by_role("button", name="Save and finish").tap()
    dana.get_by_text("press the button once more").wait_for()
    assert dana.get_by_label("Yes").is_checked()
    dana.wait_for_timeout(THOUGHT_MS)
    dana.get_by_role("button", name="Save and finish").tap()
    dana.get_by_role("heading", name="Thank you").wait_for()
    assert dana.context.cookies() == []
    assert texts(house) == {"reason": "Price <b>", "willing": "yes"}


@pytest.mark.parametrize("trick", ["form.submit()", "button.click()", "form.requestSubmit(button)"])
def test_what_a_script_fills_in_and_sends_is_not_saved(house: House, chromium: Browser, trick: str) -> None:
    link = sams_link(house, chromium)
    robot = phone(chromium)
    for name, fill in (("reason", "field.value = 'Price'"), ("willing", "field.value = 'yes'")):
        robot.goto(f"{link}/{name}")
        robot.wait_for_timeout(A_GLANCE_MS)
        with robot.expect_navigation():
            robot.evaluate(
                f"""() => {{
                    const button = document.querySelector("button.primary"), form = button.form;
                    const field = form.elements.answer;
                    {fill};
                    setTimeout(() => {trick}, 0);
                }}"""
            )
        robot.get_by_text("press the button once more").wait_for()
    with house.installation.database.reading() as session:
        assert session.scalars(select(Interview.started_at)).one() is None
    assert texts(house) == {}
