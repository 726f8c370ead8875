"""In a real browser, with a real mail server: from the terminal's address to a rep's own working hours."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.alerts.web.front import served
from tests.browser import launch_chromium
from tests.smtp_sink import smtp_sink
from tracker.models import Role, User
from tracker.people.first_admin import first_address
from tracker.settings import Settings
from wsgi import build_app, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.smtp_sink import SmtpSink
    from tracker.installation import Installation

pytestmark = pytest.mark.browser

PHONE, DESK = 390, 1280
THUMB = 44
"""CSS pixels that a finger hits for sure."""
TOO_SMALL = """thumb => [...document.querySelectorAll(
    "button, .button, input, select, summary, nav a, .self a, .list a")]
  .filter(it => it.checkVisibility({visibilityProperty: true}) && it.getBoundingClientRect().width)
  .filter(it => it.getBoundingClientRect().height
    < (["checkbox", "radio"].includes(it.type) ? 20 : thumb))
  .map(it => it.outerHTML)"""
"""What a finger misses; asked in one go, since a page has dozens of them."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launch_chromium() as browser:
        yield browser


class Stage:
    """A Ringback of its own, and where its pages are served."""

    def __init__(self, installation: Installation, home: str, sink: SmtpSink) -> None:
        self.installation = installation
        self.home = home
        self.sink = sink

    def mailed(self, number: int) -> str:
        """The address in the mail of this number, as this stage serves it."""
        body = self.sink.wait(number)[number - 1].get_body(("plain",))
        assert body is not None
        found = re.search(r"http://\S+?(/sign-in/\S+)", body.get_content())
        assert found is not None
        return self.home + found[1]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with smtp_sink() as sink:
        settings = Settings(
            data_dir=tmp_path,
            base_url="http://127.0.0.1",
            trusted_hosts=("127.0.0.1",),
            smtp_host=sink.host,
            smtp_port=sink.port,
        )
        installation = prepare(settings)
        app = build_app(installation, lambda _nudges: None)
        with served(app) as home:
            yield Stage(installation, home, sink)
        app.extensions["ringback"].drops.close()
        installation.database.dispose()


def fits(page: Page) -> None:
    """Nothing is wider than the window, thumbs hit everything, and nothing was refused by the browser."""
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(TOO_SMALL, THUMB) == []
    page.set_viewport_size({"width": PHONE, "height": 844})


def test_the_first_admin_adds_a_rep_who_signs_in_says_their_hours_and_signs_out(
    chromium: Browser, stage: Stage
) -> None:
    refused: list[str] = []
    admins = chromium.new_context(java_script_enabled=False).new_page()
    admins.on("console", lambda message: refused.append(message.text))
    address = first_address(stage.installation.signer, stage.home, datetime.now(UTC))
    admins.goto(address)
    fits(admins)
    admins.get_by_label("Your name").fill("Kim Berg")
    admins.get_by_label("Your mail address").fill("kim@northwind.example")
    admins.get_by_role("button", name="Become the admin").click()
    admins.get_by_label("Name", exact=True).fill("Sam Reed")
    admins.get_by_label("Mail address").fill("sam@northwind.example")
    admins.get_by_label("Team").fill("North")
    admins.get_by_role("button", name="Add").click()
    admins.get_by_text("Sam Reed can sign in with sam@northwind.example now.").wait_for()
    fits(admins)
    admins.get_by_role("link", name="Sam Reed").click()
    fits(admins)

    reps = chromium.new_context(has_touch=True, color_scheme="dark").new_page()
    reps.on("console", lambda message: refused.append(message.text))
    reps.goto(stage.home)
    fits(reps)
    reps.get_by_label("Your mail address").fill("SAM@northwind.example")
    reps.get_by_role("button", name="Send me a link").tap()
    reps.get_by_role("heading", name="Check your mail").wait_for()
    fits(reps)
    reps.goto(stage.mailed(1))
    fits(reps)
    reps.get_by_role("button", name="Sign in").tap()
    reps.get_by_role("heading", name="Today", exact=True).wait_for()
    reps.locator(".self a").tap()
    reps.get_by_role("heading", name="You", exact=True).wait_for()
    fits(reps)
    reps.get_by_label("Time zone").fill("Europe/London")
    reps.get_by_label("From").fill("08:30")
    reps.get_by_label("Until").fill("17:00")
    reps.get_by_label("Fri").uncheck()
    reps.get_by_label("Calls go to").select_option(label="Kim Berg")
    reps.get_by_role("button", name="Save").tap()
    reps.get_by_text("Saved.").wait_for()
    assert "Users" not in reps.get_by_role("navigation").inner_text()
    with stage.installation.database.reading() as session:
        sam = session.get_one(User, 2)
        assert (sam.role, sam.time_zone, sam.deputy_id) == (Role.REP, "Europe/London", 1)
        assert (sam.hours_start, sam.hours_end, sam.work_days) == (510, 1020, "1234")
    reps.get_by_role("button", name="Sign out", exact=True).tap()
    reps.get_by_text("You are signed out.").wait_for()
    reps.goto(f"{stage.home}/you")
    assert reps.get_by_role("heading").inner_text() == "Sign in"
    assert refused == []


def test_a_scanner_opens_the_link_fifty_times_and_presses_what_it_finds_before_its_owner_does(
    chromium: Browser, stage: Stage
) -> None:
    with stage.installation.database.writing() as session:
        session.add(User(name="Sam Reed", email="sam@northwind.example"))
    page = chromium.new_context().new_page()
    page.goto(stage.home)
    page.get_by_label("Your mail address").fill("sam@northwind.example")
    page.keyboard.press("Enter")
    link = stage.mailed(1)
    scanner = chromium.new_context()
    for _ in range(50):
        assert scanner.request.get(link).status == 403
    press = scanner.new_page()
    press.goto(link)
    assert press.get_by_role("heading").inner_text() == "Open this link where you asked for it"
    assert press.locator("main button").count() == 0
    page.goto(link)
    page.get_by_role("button", name="Sign in").press("Enter")
    page.get_by_role("heading", name="Today", exact=True).wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
