"""In a real browser, on a phone: lost just now in a minute of taps, two who edit, a link taken along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from tests.alerts.web.front import served
from tests.axe import violations
from tests.browser import launch_chromium
from tests.tracker.web.company import open_company
from tests.tracker.web.prospects.desk_of_sam import Desk, desk_of_sam
from tests.tracker.web.test_journeys import fits
from tracker import db
from tracker.imports.reasons import seed_reason_rules
from tracker.models import Base, Deal, DealStatus
from wsgi import build_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
TAPS = 8
"""A tap and its page take some seconds by hand: that many are well within a minute."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launch_chromium() as browser:
        yield browser


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[tuple[Desk, str]]:
    database = db.connect(f"sqlite:///{tmp_path / 'stage.db'}")
    Base.metadata.create_all(database.write_engine)
    with open_company(database, base_url="http://127.0.0.1", trusted_hosts=("127.0.0.1",)) as company:
        desk = desk_of_sam(company)
        with database.writing() as session:
            seed_reason_rules(session)
        app = build_app(company.door.setting.installation, lambda _nudges: None, company.door)
        with served(app) as home:
            yield desk, home
        app.extensions["ringback"].drops.close()
    database.dispose()


def signed_in(chromium: Browser, stage: tuple[Desk, str], scheme: str = "light") -> BrowserContext:
    """A phone in which Sam is signed in."""
    desk, home = stage
    context = chromium.new_context(
        has_touch=True,
        viewport=PHONE,  # type: ignore[arg-type]
        color_scheme="dark" if scheme == "dark" else "light",
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=home)
    desk.browser.gets("/you")
    cookie = desk.browser.client.get_cookie("ringback-desk")
    assert cookie is not None
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": home}])
    return context


def is_sound(page: Page) -> None:
    fits(page)
    assert violations(page) == []


def test_lost_just_now_is_noted_in_a_few_taps(chromium: Browser, stage: tuple[Desk, str]) -> None:
    desk, home = stage
    page = signed_in(chromium, stage).new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(f"{home}/prospects/lost")
    is_sound(page)
    taps = [
        page.get_by_role("link", name="Dana Ortiz"),
        page.get_by_text("Chose a competitor"),
        page.get_by_label("Why, in their words"),
        page.get_by_label("Who won"),
        page.get_by_role("button", name="Save"),
    ]
    assert len(taps) <= TAPS
    for number, tap in enumerate(taps):
        tap.tap()
        if number == 0:
            is_sound(page)
        if number == 2:
            page.keyboard.type("The price is too high")
        if number == 3:
            page.keyboard.type("Acme")
            page.get_by_label("Agreed for").select_option("2")
    page.get_by_text("Their reason counts as price.").wait_for()
    is_sound(page)
    deal = desk.deal()
    assert (deal.status, deal.competitor) == (DealStatus.LOST, "Acme")
    assert deal.post_mortem_at is not None
    assert refused == []


def test_two_edit_at_once_and_the_second_is_shown_what_is_there(
    chromium: Browser, stage: tuple[Desk, str]
) -> None:
    desk, home = stage
    context = signed_in(chromium, stage, "dark")
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        page.goto(f"{home}/prospects/{desk.dana}/edit")
    is_sound(first)
    first.get_by_label("Job title").fill("CTO")
    first.get_by_role("button", name="Save").tap()
    first.get_by_text("Saved what is said of Dana Ortiz.").wait_for()
    second.get_by_label("Job title").fill("CIO")
    second.get_by_role("button", name="Save").tap()
    second.get_by_role("heading", name="Somebody changed this meanwhile").wait_for()
    is_sound(second)
    assert second.locator("dd").first.inner_text() == "CTO"
    second.get_by_role("button", name="Save").tap()
    second.get_by_text("Saved what is said of Dana Ortiz.").wait_for()
    assert desk.person().job_title == "CIO"


def test_a_link_is_made_copied_and_drawn(chromium: Browser, stage: tuple[Desk, str]) -> None:
    desk, home = stage
    page = signed_in(chromium, stage).new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(f"{home}/prospects/{desk.dana}/links")
    is_sound(page)
    page.get_by_label("Page", exact=True).fill("pricing")
    page.get_by_role("button", name="Show the link").tap()
    page.get_by_role("button", name="Make their link").tap()
    link = page.get_by_role("textbox", name="Their link").input_value()
    assert link.startswith("https://www.northwind.example/pricing#rb=")
    page.get_by_role("button", name="Copy").first.tap()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == link
    assert page.evaluate("document.querySelector('.qr img').naturalWidth") > 0
    page.get_by_text("End their links").tap()
    is_sound(page)
    page.get_by_role("button", name="End them and make a new one").tap()
    page.get_by_text("Their old links are dead.").wait_for()
    assert page.get_by_role("textbox", name="Their link").input_value() != link
    page.get_by_role("link", name="Consent", exact=True).tap()
    page.get_by_text("Note a wish").tap()
    page.get_by_text("Do not call").tap()
    page.get_by_label("Where they said so").fill("on the phone")
    is_sound(page)
    page.get_by_role("button", name="Note it").tap()
    page.get_by_text("that is on record").wait_for()
    assert refused == []


def test_all_pages_are_sound_in_the_dark(chromium: Browser, stage: tuple[Desk, str]) -> None:
    desk, home = stage
    page = signed_in(chromium, stage, "dark").new_page()
    one = f"/prospects/{desk.dana}"
    for path in ("/prospects/lost/new", "/prospects/add", f"{one}/lost", f"{one}/links", f"{one}/consent"):
        page.goto(home + path)
        is_sound(page)
    page.goto(f"{home}{one}/deals/{desk.lost_deal}")
    is_sound(page)
    page.goto(f"{home}/prospects/lost?q=nobody")
    is_sound(page)
    with desk.company.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Deal)) == 3
