"""A real tap in a real browser counts, and what a program does in the same browser does not."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from alerts.models import Alert, Outcome
from alerts.web.gesture import QUICKEST
from alerts.words import OutcomeKind
from tests.alerts.web.front import Front, everything, open_front, served
from tracker import db
from tracker.models import Base

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

A_GLANCE_MS = round(QUICKEST / timedelta(milliseconds=1)) + 200
"""Long enough before a tap for it to be a person's."""


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    """The browser is the story here, so one database is enough."""
    database = db.connect(f"sqlite:///{tmp_path / 'ringback.db'}")
    Base.metadata.create_all(database.write_engine)
    yield open_front(database)
    database.dispose()


@pytest.fixture
def address(front: Front) -> Iterator[str]:
    with served(front.app) as address:
        yield address + front.home()


@pytest.fixture
def phone(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        java_script_enabled=getattr(request, "param", True),
    )
    yield context.new_page()
    context.close()


def kinds(front: Front) -> list[OutcomeKind]:
    with front.installation.database.reading() as session:
        return list(session.scalars(select(Outcome.kind).where(Outcome.alert_id == front.door.alert_id)))


def test_a_tap_says_i_am_calling_and_undo_takes_it_back(front: Front, address: str, phone: Page) -> None:
    phone.goto(f"{address}/calling")
    phone.wait_for_timeout(A_GLANCE_MS)
    phone.get_by_role("button", name="I'm calling").tap()
    phone.get_by_text(re.compile("You took this call")).wait_for()
    assert kinds(front) == [OutcomeKind.CALLING]
    phone.wait_for_timeout(A_GLANCE_MS)
    phone.get_by_role("button", name="Undo").tap()
    phone.get_by_text("Undone: Calling.").wait_for()
    with front.installation.database.reading() as session:
        assert session.get_one(Alert, front.door.alert_id).claimed_at is None


def test_a_key_on_a_focused_button_counts_as_a_tap_does(front: Front, address: str, phone: Page) -> None:
    phone.goto(address)
    phone.get_by_label("Note").fill("Left a message")
    phone.wait_for_timeout(A_GLANCE_MS)
    phone.get_by_role("button", name="No answer").focus()
    phone.keyboard.press("Enter")
    phone.get_by_text("Saved: No answer.").wait_for()
    assert kinds(front) == [OutcomeKind.NO_ANSWER]


def test_enter_in_the_date_field_means_that_day(front: Front, address: str, phone: Page) -> None:
    phone.goto(address)
    phone.get_by_label("Day to call back").fill("2026-03-02")
    phone.wait_for_timeout(A_GLANCE_MS)
    phone.get_by_label("Day to call back").press("Enter")
    phone.get_by_text("Saved: Call back.").wait_for()
    assert kinds(front) == [OutcomeKind.CALL_BACK]


def test_a_day_must_be_chosen_to_call_back(front: Front, address: str, phone: Page) -> None:
    phone.goto(address)
    phone.wait_for_timeout(A_GLANCE_MS)
    phone.get_by_role("button", name="Call back then").tap()
    assert phone.evaluate("document.activeElement.id") == "day"
    assert kinds(front) == []


@pytest.mark.parametrize(
    "trick",
    [
        "button.click()",
        "button.form.requestSubmit(button)",
        "button.form.submit()",
        "button.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true})), button.click()",
        "button.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, key: 'Enter'})), button.click()",
    ],
)
def test_what_a_script_does_changes_nothing(front: Front, address: str, phone: Page, trick: str) -> None:
    before = everything(front.installation.database)
    phone.goto(f"{address}/calling")
    phone.wait_for_timeout(A_GLANCE_MS)
    press = f"const button = document.querySelector('button.primary'); setTimeout(() => {{ {trick} }}, 0)"
    with phone.expect_navigation():
        phone.evaluate(f"() => {{ {press} }}")
    assert phone.get_by_role("heading").first.inner_text() in (
        "Tap the button once more",
        "That was no button of ours",
    )
    assert everything(front.installation.database) == before


def test_one_more_tap_after_a_scripted_one_is_all_it_takes(front: Front, address: str, phone: Page) -> None:
    phone.goto(address)
    phone.get_by_label("Note").fill("Wants a quote")
    with phone.expect_navigation():
        phone.evaluate("setTimeout(() => document.querySelector('button[value=reopened]').click(), 0)")
    phone.wait_for_timeout(A_GLANCE_MS)
    phone.get_by_role("button", name="Reopened").tap()
    phone.get_by_text("Saved: Reopened.").wait_for()
    assert "Wants a quote" in phone.content()
    assert kinds(front) == [OutcomeKind.REOPENED]


@pytest.mark.parametrize("phone", [False], indirect=True)
def test_without_javascript_the_page_says_what_to_do(front: Front, address: str, phone: Page) -> None:
    phone.goto(f"{address}/calling")
    assert phone.get_by_text("These buttons need JavaScript").is_visible()
    phone.get_by_role("button", name="I'm calling").tap()
    phone.get_by_role("heading", name="Tap the button once more").wait_for()
    assert phone.get_by_text("These buttons need JavaScript").is_visible()
    assert kinds(front) == []


@pytest.mark.parametrize("page", ["", "/calling", "/prospect", "/why"])
@pytest.mark.parametrize("width", [390, 1440])
def test_thumbs_hit_everything_and_nothing_overflows(
    front: Front, address: str, phone: Page, page: str, width: int
) -> None:
    assert front.scene.dana.name == "Dana Ortiz"
    phone.set_viewport_size({"width": width, "height": 900})
    refused: list[str] = []
    phone.on("console", lambda message: refused.append(message.text))
    phone.goto(address + page)
    assert phone.evaluate("document.documentElement.scrollWidth") == width
    for target in phone.locator("button, nav a, a.button, summary, textarea, input[type=date]").all():
        box = target.bounding_box() if target.is_visible() else None
        assert box is None or box["height"] >= 44
    assert refused == []
