"""In a real browser: an export with a column of one's own is looked at, put right, stored, and taken back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from tests.axe import violations
from tests.builders import add_user
from tests.tracker.web.test_journeys import chromium, fits, stage
from tracker.models import Deal, Prospect, Role

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.tracker.web.test_journeys import Stage

__all__ = ["chromium", "stage"]  # fixtures of other journeys
pytestmark = pytest.mark.browser

SHOTS = os.environ.get("RINGBACK_SHOTS", "")
"""A folder, where somebody wants to look at the pages."""
EXPORT = (
    "Deal - ID,Deal - Title,Deal - Value,Deal - Currency of value,Deal - Organization,Deal - Contact person,"
    "Deal - Owner,Deal - Status,Deal - Lost reason,Deal - Lost time,Deal - Beaten by,Person - Email - Work\n"
    "8814,Pro for Brightwell,48000,GBP,Brightwell,Dana Ortiz,Samuel Reed,Lost,Price,03/04/2025,Acme,"
    "dana@brightwell.example\n"
    "8820,Yard planning,a lot,GBP,Castle Quay,Sam Boateng,Priya Nair,Lost,Price,05/06/2025,Zenith,"
    "sam@castlequay.example\n"
)


def looked_at(page: Page, name: str) -> None:
    """In light and dark, on a phone and at a desk: everything fits, and nobody is kept from using it."""
    fits(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = violations(page)
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        for width in (390, 1280) if SHOTS else ():
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(SHOTS, f"{name}-{scheme}-{width}.png"), full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def count(stage: Stage, table: type[Deal | Prospect]) -> int:
    with stage.installation.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_an_export_is_put_right_stored_and_taken_back(
    chromium: Browser, stage: Stage, tmp_path: Path
) -> None:
    with stage.installation.database.writing() as session:
        add_user(session, "Mia Marsh", role=Role.MARKETER, email="mia@northwind.example")
        add_user(session, "Sam Reed", email="sam@northwind.example")
    page = chromium.new_context().new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(stage.home)
    page.get_by_label("Your mail address").fill("mia@northwind.example")
    page.get_by_role("button", name="Send me a link").click()
    page.goto(stage.mailed(1))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Import", exact=True).click()
    looked_at(page, "empty")
    file = tmp_path / "lost deals.csv"
    file.write_text(EXPORT)
    page.get_by_label("Deals, as CSV").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()

    page.get_by_text("Taken for an export of Pipedrive").wait_for()
    looked_at(page, "asked")
    page.get_by_label("Deal - Beaten by").select_option(label="Deal: competitor")
    page.get_by_label("How do dates begin?").select_option(label="Day first: 31/01/2026")
    page.get_by_role("button", name="Look again").click()

    page.get_by_role("heading", name="What the import would come to").wait_for()
    page.get_by_text("'a lot' is no amount").wait_for()
    page.get_by_label("Samuel Reed").select_option(label="Sam Reed, sam@northwind.example")
    looked_at(page, "preview")
    assert count(stage, Deal) == 0
    page.get_by_role("button", name="Import 1 row").click()

    page.get_by_role("heading", name="Undo this import").wait_for()
    looked_at(page, "result")
    with stage.installation.database.reading() as session:
        deal = session.scalars(select(Deal)).one()
    assert (str(deal.closed_on), deal.competitor) == ("2025-04-03", "Acme")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download rejected rows").click()
    assert "Yard planning" in Path(download.value.path()).read_text(encoding="utf-8-sig")
    page.get_by_role("link", name="Import", exact=True).first.click()
    looked_at(page, "list")
    page.get_by_role("link", name="lost deals.csv").click()
    page.get_by_role("button", name="Undo this import").click()

    page.get_by_role("heading", name="Undone").wait_for()
    looked_at(page, "undone")
    assert (count(stage, Deal), count(stage, Prospect)) == (0, 0)
    assert refused == []


def test_what_is_doubtful_and_who_stands_on_what_is_seen_before_one_presses(
    chromium: Browser, stage: Stage, tmp_path: Path
) -> None:
    with stage.installation.database.writing() as session:
        add_user(session, "Mia Marsh", role=Role.MARKETER, email="mia@northwind.example")
    page = chromium.new_context().new_page()
    page.goto(stage.home)
    page.get_by_label("Your mail address").fill("mia@northwind.example")
    page.get_by_role("button", name="Send me a link").click()
    page.goto(stage.mailed(1))
    page.get_by_role("button", name="Sign in").click()
    head, *rows = EXPORT.replace("a lot", "12000").replace("03/04/2025", "2025-03-04").splitlines()
    odd = (
        rows[1].replace("05/06/2025", "2025-06-05").replace("Castle Quay", "Caf\u00e9 Quay").encode("cp1252")
    )
    other = rows[0].replace("Brightwell", "Br\u00fcckner").replace("8814", "8815")
    more = other.replace("8815", "8816")
    for name in ("march.csv", "april.csv"):
        file = tmp_path / name
        file.write_bytes(b"\n".join([*(row.encode() for row in (head, rows[0], other, more)), odd, b""]))
        page.goto(f"{stage.home}/imports")
        page.get_by_label("Deals, as CSV").set_input_files(file)
        page.get_by_role("button", name="Look at it").click()
        page.get_by_text("letters that are not; they are read as Windows-1252").wait_for()
        if name == "march.csv":
            looked_at(page, "doubtful")
        page.get_by_role("button", name="Import 4 rows").click()
        page.get_by_role("heading", name="Undo this import").wait_for()
    page.goto(f"{stage.home}/imports/1")
    page.get_by_text("Later imports stand on deals of this one").wait_for()
    looked_at(page, "stood-on")
