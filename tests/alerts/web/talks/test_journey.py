"""In a real browser: Sam thanks Dana, agrees on a call, writes down what she says, and looks back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from alerts.followups.agenda import plan_agendas
from tests.browser import launch_chromium
from tests.builders import add_account, add_deal, add_owner_name, add_prospect
from tests.house import House, open_house
from tests.tracker.web.prospects.test_list_journey import looked_at
from tracker.listing import relist
from tracker.models import Prospect
from tracker.words import Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from tracker.models import User

pytestmark = pytest.mark.browser
TUESDAY = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
STAY = "document.addEventListener('click', (e) => e.target.closest('[data-draft]') && e.preventDefault())"
"""There is no mail program here."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launch_chromium() as browser:
        yield browser


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, clock=lambda: TUESDAY, company="Northwind") as opened:
        yield opened


def lose(house: House, days_ago: int = 0) -> tuple[User, int, int]:
    """Sam lost Dana's deal; gives what leads to it."""
    sam = house.hire("Sam Reed", Role.REP, time_zone="Europe/London")
    with house.installation.database.writing() as session:
        owner = add_owner_name(session, sam)
        dana = add_prospect(
            session,
            add_account(session, "Brightwell", owner),
            email="dana@brightwell.example",
            time_zone="Europe/Berlin",
        )
        day = TUESDAY.date() - timedelta(days=days_ago)
        deal = add_deal(session, dana, owner=owner, closed_on=day, imported_at=TUESDAY)
        ids = session.scalars(select(Prospect.id)).all()
        relist(session, ids, signer=house.installation.signer)
    plan_agendas(house.installation.database, TUESDAY)
    return sam, dana.id, deal.id


def test_sam_changes_the_draft_opens_it_copies_it_and_says_that_it_is_sent(
    chromium: Browser, house: House
) -> None:
    sam, dana_id, _ = lose(house)
    page = house.page(chromium, sam, f"/prospects/{dana_id}/talks")
    looked_at(page, "talks-thank")
    page.get_by_role("link", name="Write").click()
    looked_at(page, "thanks")
    page.evaluate(STAY)
    page.get_by_label("Text").fill("Liebe Dana,\nGrüße & Dank")
    opening = page.get_by_role("link", name="Open in my mail program")
    opening.click()
    address = urlsplit(str(opening.get_attribute("href")))
    assert address.path == "dana@brightwell.example"
    assert parse_qs(address.query)["body"] == ["Liebe Dana,\r\nGrüße & Dank"]
    page.get_by_role("button", name="Copy the text").click()
    page.get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "Liebe Dana,\nGrüße & Dank"
    page.get_by_label("Text").fill("x" * 5_000)
    opening.click()
    page.get_by_text("too long to be handed to a mail program").wait_for()
    assert "body=" not in str(opening.get_attribute("href"))
    page.get_by_role("button", name="I sent it").click()
    page.get_by_text("Noted: thank-you sent.").wait_for()
    page.get_by_text("Post-mortem call, due").wait_for()
    assert house.refused == []


def test_sam_agrees_on_a_call_notes_what_was_said_and_looks_back(chromium: Browser, house: House) -> None:
    sam, _, deal_id = lose(house, days_ago=14)
    page = house.page(chromium, sam, f"/deals/{deal_id}/post-mortem")
    looked_at(page, "post-mortem-empty")
    page.get_by_label("Agreed for").select_option(label="In one week (Tue 17 Mar)")
    page.get_by_label("At", exact=True).fill("15:30")
    page.get_by_label("Also invite dana@brightwell.example").check()
    page.get_by_role("button", name="Save the time").click()
    page.get_by_text("16:30 for Dana (Berlin)").wait_for()
    page.get_by_text("The invitation to Dana Ortiz on its way").wait_for()
    looked_at(page, "post-mortem-agreed")
    page.get_by_label("Who did they choose?").fill("Acme")
    page.get_by_label("What were the major reasons?").fill("SSO was missing.")
    page.get_by_label("Feature").check()
    page.get_by_label("Who did they choose?").press("Enter")
    page.get_by_text("Saved.", exact=True).wait_for()
    page.get_by_text("Move it or call it off").click()
    with page.expect_download() as loading:
        page.get_by_role("link", name="the file").click()
    assert loading.value.suggested_filename == "invite.ics"
    page.get_by_role("button", name="Done: we talked").click()
    page.get_by_text("Saved, and noted: you talked.").wait_for()
    looked_at(page, "talks-done")
    page.get_by_role("link", name="Debrief").click()
    page.get_by_role("group", name="Did I ask, rather than pitch?").get_by_label("Partly").check()
    looked_at(page, "debrief")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Only you and your manager can read it.").wait_for()
    assert house.refused == []
