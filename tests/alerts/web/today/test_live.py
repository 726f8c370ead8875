"""The page of today in a real browser: it changes by itself, or says that it cannot."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from alerts.models import Alert
from tests.alerts.web.front import served
from tests.alerts.web.today.floor import Floor, open_floor
from tests.axe import violations
from tests.tracker.web.test_journeys import PHONE, fits
from tracker import db
from tracker.models import Base

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

SOON_MS = 10_000
"""Within which a visitor shows on a page that is open."""
ADVICE = re.compile("No connection to Ringback since")


class Stage:
    """The floor, and where its pages are served."""

    def __init__(self, floor: Floor, home: str) -> None:
        self.floor = floor
        self.home = home

    def context(self, chromium: Browser, **options: object) -> BrowserContext:
        """A browser in which Sam is signed in."""
        cookie = self.floor.browser().client.get_cookie("ringback-desk")
        assert cookie is not None
        context = chromium.new_context(viewport={"width": PHONE, "height": 844}, **options)  # type: ignore[arg-type]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.home}])
        return context


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """The browser is the story here, so one database is enough; its clock is the machine's."""
    database = db.connect(f"sqlite:///{tmp_path / 'ringback.db'}")
    Base.metadata.create_all(database.write_engine)
    with open_floor(database, base_url="http://127.0.0.1", trusted_hosts=("127.0.0.1", "localhost")) as floor:
        floor.company.door.now = datetime.now(UTC)
        with served(floor.company.door.client.application) as home:
            yield Stage(floor, home)
    database.dispose()


def healthy(page: Page) -> None:
    assert violations(page) == []


def test_a_visitor_shows_by_itself_and_sam_calls_reports_and_takes_it_back(
    chromium: Browser, stage: Stage
) -> None:
    refused: list[str] = []
    page = stage.context(chromium, has_touch=True).new_page()
    page.on("console", lambda message: refused.append(message.text))
    page.goto(f"{stage.home}/")
    page.get_by_text("No visit was seen yet.").wait_for()
    fits(page)
    healthy(page)
    page.evaluate("window.untouched = true")
    alert_id = stage.floor.visits()
    call = page.locator(f"#call-{alert_id}")
    call.wait_for(timeout=SOON_MS)
    assert page.locator("#here + ul").get_by_text("Dana Ortiz").is_visible()
    call.locator("summary").tap()
    call.get_by_text("How is the rollout going?").wait_for()
    stage.floor.visits("Ola Nord")
    page.get_by_text("Ola Nord").first.wait_for(timeout=SOON_MS)
    assert call.get_by_text("How is the rollout going?").is_visible()
    assert page.evaluate("window.untouched")
    fits(page)
    healthy(page)

    call.get_by_role("button", name="I’m calling").tap()  # noqa: RUF001  (as the button writes it)
    page.get_by_text("You are calling.").wait_for()
    fits(page)
    healthy(page)
    page.locator(f"#call-{alert_id}").get_by_role("button", name="Spoke").tap()
    page.get_by_text("Saved: Spoke.").wait_for()
    with stage.floor.company.database.reading() as session:
        assert session.get_one(Alert, alert_id).closed_at is not None
    page.locator(".undoable").get_by_role("button", name="Undo").tap()
    page.get_by_text("Undone: Spoke.").wait_for()
    with stage.floor.company.database.reading() as session:
        assert session.get_one(Alert, alert_id).closed_at is None
    assert refused == []


def test_a_lost_connection_is_said_and_what_was_missed_comes_with_the_next_one(
    chromium: Browser, stage: Stage
) -> None:
    context = stage.context(chromium)
    page = context.new_page()
    page.goto(f"{stage.home}/today")
    context.set_offline(True)
    page.get_by_text(ADVICE).wait_for(timeout=SOON_MS)
    healthy(page)
    stage.floor.visits()
    context.set_offline(False)
    page.get_by_text("Dana Ortiz").first.wait_for(timeout=SOON_MS)
    page.get_by_text(ADVICE).wait_for(state="hidden", timeout=SOON_MS)


def test_without_script_a_call_back_is_agreed_on_a_page_of_its_own(chromium: Browser, stage: Stage) -> None:
    alert_id = stage.floor.visits()
    dark = stage.context(chromium, java_script_enabled=False, color_scheme="dark")
    page = dark.new_page()
    page.goto(f"{stage.home}/today")
    page.locator("summary").click()
    page.get_by_role("link", name="Open what to say").click()
    page.get_by_text("How is the rollout going?").wait_for()
    fits(page)
    page.goto(f"{stage.home}/today")
    page.get_by_role("link", name="More").click()
    fits(page)
    page.get_by_label("Note").fill("After Easter")
    page.get_by_label("On this day").fill(datetime.now(UTC).date().isoformat())
    page.get_by_role("button", name="Call back then").click()
    page.get_by_text("Saved: Call back.").wait_for()
    assert [one.note for one in stage.floor.outcomes()] == ["After Easter"]
    assert stage.floor.alert(alert_id).closed_at is not None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_for_everybody(chromium: Browser, stage: Stage, scheme: str) -> None:
    alert_id = stage.floor.visits()
    stage.floor.browser().sends(f"/alerts/{alert_id}/outcome", kind="no_answer", seen="open")
    page = stage.context(chromium, color_scheme=scheme).new_page()
    for path in ("/today", "/today/waiting", f"/alerts/{alert_id}/outcome", f"/alerts/{alert_id}/brief"):
        page.goto(stage.home + path)
        fits(page)
        healthy(page)
