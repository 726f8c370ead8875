"""In a real browser: somebody is searched for by a key, filtered, kept, found again and paged to."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.axe import violations
from tests.builders import add_user
from tests.tracker.test_listing import add_visit
from tests.tracker.web.prospects.four_people import lose
from tests.tracker.web.test_journeys import chromium, fits, stage
from tracker.listing import relist
from tracker.models import Prospect, ReasonKind, Role, SuppressionKind
from tracker.suppression import suppress

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.tracker.web.test_journeys import Stage

__all__ = ["chromium", "stage"]  # fixtures of other journeys
pytestmark = pytest.mark.browser

SHOTS = os.environ.get("RINGBACK_SHOTS", "")
"""A folder, where somebody wants to look at the pages."""


@pytest.fixture
def company(stage: Stage) -> Stage:
    now = datetime.now(UTC)
    with stage.installation.database.writing() as session:
        mia = add_user(session, "Mia Marsh", role=Role.MARKETER, email="mia@northwind.example")
        dana = lose(session, "Dana Ortiz", mia)
        lose(session, "Kim Lee", mia, reason_kind=ReasonKind.FEATURE, competitor="", value_minor=1_250_050)
        add_visit(session, dana, now - timedelta(hours=3), intent=72)
        session.add_all(Prospect(name=f"Pat Number {number}", created_at=now) for number in range(60))
        session.flush()
        signer = stage.installation.signer
        relist(session, session.scalars(select(Prospect.id)), signer=signer)
        suppress(session, signer, [dana.email or ""], SuppressionKind.DO_NOT_CALL, "on the phone", now)
    return stage


def looked_at(page: Page, name: str) -> None:
    """In light and dark, on a phone and at a desk: everything fits, and nobody is kept from using it."""
    fits(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
        for width in (390, 1280) if SHOTS else ():
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(SHOTS, f"{name}-{scheme}-{width}.png"), full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def signs_in(page: Page, company: Stage) -> None:
    page.goto(company.home)
    page.get_by_label("Your mail address").fill("mia@northwind.example")
    page.get_by_role("button", name="Send me a link").click()
    page.goto(company.mailed(1))
    page.get_by_role("button", name="Sign in").click()


def test_somebody_is_found_by_a_key_and_found_again_by_a_kept_filter(
    chromium: Browser, company: Stage
) -> None:
    page = chromium.new_context().new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    signs_in(page, company)
    page.get_by_role("link", name="Mia Marsh").click()
    page.wait_for_url("**/you")
    page.keyboard.press("/")
    page.wait_for_url("**/prospects#q")
    assert page.get_by_role("status").inner_text() == "62 prospects"
    looked_at(page, "list")

    page.keyboard.type("dan")  # the way here led into the field
    page.get_by_text("1 prospect", exact=True).wait_for()
    expect(page).to_have_url(f"{company.home}/prospects?q=dan")
    assert page.evaluate("document.activeElement.id") == "q"
    page.get_by_label("Search").fill("nobody")
    page.get_by_role("heading", name="Nobody matches").wait_for()
    looked_at(page, "nobody")
    page.get_by_role("link", name="Clear search and filters").click()

    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Reason they said no").select_option(label="Feature")
    page.get_by_text("1 prospect", exact=True).wait_for()
    page.get_by_text("Keep this as a segment").click()
    page.get_by_label("Name", exact=True).fill("Missing things")
    page.get_by_label("Everybody sees it").check()
    looked_at(page, "keeping")
    page.get_by_role("button", name="Keep").click()
    page.get_by_text("Missing things is kept").wait_for()
    looked_at(page, "kept")

    page.get_by_role("link", name="Everybody").click()
    page.get_by_role("link", name="Next page").click()
    assert page.get_by_role("link", name="First page").is_visible()
    page.get_by_role("link", name="Missing things").click()
    assert page.get_by_role("table").get_by_role("link", name="Kim Lee").is_visible()
    page.get_by_role("link", name="Rename or delete").click()
    looked_at(page, "segment")
    page.get_by_role("button", name="Delete this segment").click()
    page.get_by_text("Missing things is deleted.").wait_for()
    assert refused == []


def test_without_javascript_a_button_shows_what_was_asked_for(chromium: Browser, company: Stage) -> None:
    page = chromium.new_context(java_script_enabled=False).new_page()
    signs_in(page, company)
    page.goto(f"{company.home}/prospects")
    page.get_by_label("Search").fill("kim")
    page.get_by_role("button", name="Show").click()
    assert page.url == f"{company.home}/prospects?q=kim"
    assert page.get_by_label("Search").input_value() == "kim"
    assert page.get_by_role("status").inner_text() == "1 prospect"
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Value from").fill("20k")
    page.get_by_role("button", name="Show").click()
    assert page.url == f"{company.home}/prospects?q=kim&least=20k"
    assert page.get_by_text("Write a whole number, like 20000.", exact=True).is_visible()
    assert page.get_by_role("table").count() == 0


def test_people_are_found_by_who_made_their_latest_visit_and_what_they_asked_for(
    chromium: Browser, company: Stage
) -> None:
    page = chromium.new_context().new_page()
    signs_in(page, company)
    page.get_by_role("link", name="Prospects", exact=True).click()
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Latest visit by").select_option(label="None yet")
    page.get_by_text("61 prospects", exact=True).wait_for()
    page.get_by_label("Alerts").select_option(label="Held by a wish")
    page.get_by_label("Latest visit by").select_option(label="Confirmed person")
    page.get_by_text("1 prospect", exact=True).wait_for()
    looked_at(page, "wishes")
    page.get_by_role("link", name="Alerts: held by a wish").click()
    page.get_by_label("Mailings").select_option(label="Unsubscribed")
    page.get_by_role("heading", name="Nobody matches").wait_for()


def test_a_number_mistyped_while_looking_is_told_at_its_field_and_lists_nobody(
    chromium: Browser, company: Stage
) -> None:
    page = chromium.new_context().new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    signs_in(page, company)
    page.get_by_role("link", name="Prospects", exact=True).click()
    page.get_by_text("Filters", exact=True).click()
    least = page.get_by_label("Value from")
    least.fill("20000")
    page.get_by_role("button", name="Download as CSV").wait_for()
    page.get_by_text("Keep this as a segment").wait_for()
    least.press("End")
    least.press("Backspace")
    page.keyboard.type("k")
    page.get_by_text("One field needs another look").wait_for()
    expect(least).to_have_attribute("aria-invalid", "true")
    expect(least).to_have_accessible_description("Write a whole number, like 20000.")
    expect(least).to_be_focused()
    expect(least).to_have_value("2000k")
    expect(page.get_by_role("button", name="Download as CSV")).to_have_count(0)
    expect(page.get_by_text("Keep this as a segment")).to_have_count(0)
    expect(page).to_have_url(f"{company.home}/prospects?least=2000k")
    looked_at(page, "mistyped")
    page.get_by_label("Search").fill("dan")
    page.wait_for_url("**/prospects?q=dan&least=2000k")
    expect(page.get_by_role("table")).to_have_count(0)
    page.get_by_role("link", name="Value from", exact=True).click()
    expect(least).to_be_focused()
    least.fill("20,000")
    page.get_by_text("1 prospect", exact=True).wait_for()
    expect(least).not_to_have_attribute("aria-invalid", "true")
    expect(least).to_have_accessible_description("")
    expect(page.get_by_text("Write a whole number")).to_have_count(0)

    page.goto(f"{company.home}/prospects?state=CONFIRMED")
    expect(page.get_by_label("Latest visit by")).to_have_value("CONFIRMED")
    looked_at(page, "unknown")
    page.get_by_label("Search").fill("dan")
    page.wait_for_url("**/prospects?q=dan&state=CONFIRMED")
    expect(page.get_by_role("button", name="Download as CSV")).to_have_count(0)
    page.get_by_role("link", name="take it out").click()
    page.get_by_role("button", name="Download as CSV").wait_for()
    assert refused == []
