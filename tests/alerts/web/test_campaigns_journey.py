"""In a real browser: a campaign is made, mailed, opened, and its funnel moves."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from alerts.models import Alert, OutcomeKind
from tests.alerts.scenes import add_alert, add_outcome
from tests.builders import add_deal, add_prospect, add_user
from tests.tracker.ingest.stories import ORIGIN, PERSON, engagement, view
from tests.tracker.web.prospects.four_people import lose
from tests.tracker.web.prospects.test_list_journey import looked_at
from tests.tracker.web.test_journeys import chromium, stage
from tracker.ingest.endpoint import PATH
from tracker.listing import relist
from tracker.models import Prospect, ReasonKind, Role, Site, Visit
from tracker.sites import SiteWishes, add_site

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.tracker.web.test_journeys import Stage

__all__ = ["chromium", "stage"]  # fixtures of other journeys
pytestmark = pytest.mark.browser


@pytest.fixture
def company(stage: Stage) -> Stage:
    with stage.installation.database.writing() as session:
        mia = add_user(session, "Mia Marsh", role=Role.MARKETER, email="mia@northwind.example")
        add_site(session, SiteWishes((ORIGIN,)))
        lose(session, "Dana Ortiz", mia)
        lose(session, "Kim Lee", mia, reason_kind=ReasonKind.FEATURE)
        no_address = Prospect(name="No Address", created_at=datetime.now(UTC))
        session.add(no_address)
        session.flush()
        add_deal(session, no_address)
        more = [add_prospect(session, name=f"Pat Number{number}") for number in range(14)]
        for one in more:
            add_deal(session, one)
        relist(session, [one.id for one in [no_address, *more]])
    return stage


def sign_in(page: Page, company: Stage) -> None:
    page.goto(company.home)
    page.get_by_label("Your mail address").fill("mia@northwind.example")
    page.get_by_role("button", name="Send me a link").click()
    page.goto(company.mailed(1))
    page.get_by_role("button", name="Sign in").click()


def opens(page: Page, company: Stage, token: str) -> None:
    """Dana opens the link and stays; what the snippet sends is sent here."""
    with company.installation.database.reading() as session:
        site = session.scalars(select(Site)).one().key
    seen = view(f"{ORIGIN}/pricing")
    for hit in (seen, engagement(seen)):
        sent = page.context.request.post(
            f"{company.home}{PATH}",
            data=json.dumps({"site": site, "hits": [hit], "token": f"{token}~summer-26"}),
            headers={"Origin": ORIGIN, "User-Agent": PERSON, "Content-Type": "text/plain;charset=UTF-8"},
        )
        assert sent.ok


def calls(company: Stage) -> None:
    """A rep was told, called, and the deal is open again."""
    with company.installation.database.writing() as session:
        sam = add_user(session)
        visit = session.scalars(select(Visit)).one()
        alert = session.scalar(select(Alert).where(Alert.visit_id == visit.id)) or add_alert(
            session, visit, sam
        )
        alert.sent_at = datetime.now(UTC) - timedelta(minutes=1)
        add_outcome(session, alert, sam, OutcomeKind.REOPENED, at=datetime.now(UTC))


def mistypes(page: Page) -> None:
    """A number that is none is told at its field, and nobody gets a mailing by it."""
    page.get_by_text("More filters").click()
    least = page.get_by_label("Value from")
    least.fill("20k")
    page.get_by_text("One field needs another look").wait_for()
    expect(least).to_have_attribute("aria-invalid", "true")
    expect(least).to_have_accessible_description("Write a whole number, like 20000.")
    expect(page.get_by_role("button", name="Download the list as CSV")).to_have_count(0)
    expect(page.get_by_text("people get it")).to_have_count(0)
    looked_at(page, "mistyped")
    least.fill("")
    page.get_by_text("16 people get it").wait_for()
    expect(least).not_to_have_attribute("aria-invalid", "true")


def test_a_campaign_is_made_mailed_and_opened_and_its_funnel_moves(
    chromium: Browser, company: Stage, tmp_path: Path
) -> None:
    page = chromium.new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    sign_in(page, company)
    page.get_by_role("link", name="Campaigns", exact=True).click()
    page.get_by_role("heading", name="No campaign yet").wait_for()
    looked_at(page, "none")
    page.get_by_label("Label").fill("Summer 26")
    page.get_by_label("Main page").fill("/pricing")
    page.get_by_role("button", name="Make").click()
    page.get_by_text("How about summer-26?").wait_for()
    looked_at(page, "refused")
    page.get_by_label("Label").fill("summer-26")
    page.get_by_role("button", name="Make").click()
    page.get_by_text("The campaign summer-26 is made.").wait_for()
    page.get_by_text("16 people get it").wait_for()
    page.get_by_text("Left out: 1 without an e-mail address.").wait_for()
    looked_at(page, "mailing")

    mistypes(page)
    page.get_by_label("Search").fill("dana")
    page.get_by_text("1 person gets it").wait_for()
    page.wait_for_url("**/mailing?q=dana")
    page.get_by_role("button", name="Copy the link for Mailchimp").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{ORIGIN}/pricing#rb=*|RINGBACK|*~summer-26"
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the list as CSV").click()
    download.value.save_as(tmp_path / "list.csv")
    (row,) = csv.DictReader((tmp_path / "list.csv").read_text("utf-8").splitlines())
    assert copied.replace("*|RINGBACK|*", row["ringback"]) == row["link"]
    page.get_by_role("button", name="Make a test link").click()
    assert "1 person gets it" in page.get_by_role("status").all_inner_texts()
    looked_at(page, "test-link")

    page.get_by_role("link", name="Results").click()
    figures = page.get_by_role("table").inner_text()
    assert "Recipients" in figures
    opens(page, company, row["ringback"])
    calls(company)
    page.reload()
    for name in ("Recipients", "Link opened", "Visited", "Told to a rep", "Spoke", "Reopened"):
        assert (
            page.get_by_role("row").filter(has_text=name).first.get_by_role("cell").nth(1).inner_text() == "1"
        )
    looked_at(page, "results")
    page.get_by_role("link", name="All campaigns").click()
    page.get_by_role("link", name="summer-26").wait_for()
    looked_at(page, "list")
    assert [words for words in refused if "422" not in words] == []
