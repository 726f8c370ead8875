"""In a real browser: a manager holds the review, prints it, and finds what was decided in the next one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.words import OutcomeKind
from tests.alerts.review.lost import lose
from tests.alerts.scenes import add_alert, add_outcome, add_visit
from tests.builders import add_prospect
from tests.house import House, open_house
from tests.tracker.web.prospects.test_list_journey import looked_at
from tracker.models import ReasonKind, Team
from tracker.words import Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from tracker.models import User

pytestmark = pytest.mark.browser
NOW = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 14, 9, 0, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def kim(house: House) -> User:
    """Leads the team North, which lost eight deals in October, most on price."""
    kim = house.hire("Kim Berg", Role.MANAGER)
    with house.installation.database.writing() as session:
        team = Team(name="North", manager_id=kim.id)
        session.add(team)
        session.flush()
        north = team.id
    sam = house.hire("Sam Reed", Role.REP, team_id=north)
    kinds = [ReasonKind.PRICE] * 6 + [ReasonKind.FEATURE, None]
    with house.installation.database.writing() as session:
        rep = session.merge(sam)
        for at, kind in enumerate(kinds):
            deal = lose(session, rep, date(2026, 10, 10 + at), reason_kind=kind, reason="Missing: SSO")
            visit = add_visit(
                session, add_prospect(session), at=OCTOBER, intent_reasons=[{"name": "page: pricing"}]
            )
            alert = add_alert(session, visit, rep, sent_at=OCTOBER, deal_id=deal.id, closed_at=OCTOBER)
            what = OutcomeKind.WON_BACK if at == 0 else OutcomeKind.SPOKE
            add_outcome(session, alert, rep, what, at=OCTOBER + timedelta(minutes=at * 20))
    return kim


def test_a_manager_holds_the_review_and_prints_it(chromium: Browser, house: House, kim: User) -> None:
    page = house.page(chromium, kim, "/numbers")
    page.get_by_role("link", name="Review").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Review of October 2026"
    patterns = page.get_by_role("group", name="Patterns, figures")
    assert patterns.locator("tbody tr").all_inner_texts()[0].startswith("Price")
    page.get_by_label("What it is").select_option(label="A decision")
    page.get_by_label("What was said or decided").fill("Offer a smaller plan")
    page.get_by_label("Who does it").select_option(label="Sam Reed")
    page.get_by_label("Until").fill("2026-11-30")
    page.get_by_role("button", name="Write down").click()
    page.get_by_text("Written down.").wait_for()
    looked_at(page, "review")
    printed = page.pdf(format="A4")
    assert printed.startswith(b"%PDF")
    page.get_by_role("link", name="November 2026").click()
    last = page.get_by_role("region", name="Decided last time")
    assert "Sam Reed, until 30 Nov 2026" in last.inner_text()
    last.get_by_role("button", name="Mark as done").click()
    page.get_by_text("Marked as done.").wait_for()
    assert page.get_by_role("heading", level=1).inner_text() == "Review of November 2026, so far"
    page.get_by_role("link", name="Change").first.click()
    page.get_by_label("What was said or decided").fill("Offer two smaller plans")
    looked_at(page, "note")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    page.get_by_role("button", name="Show rates by rep").click()
    assert "Sam Reed" in page.get_by_role("group", name="Rates by rep, figures").inner_text()
    page.goto(f"{house.home}/review/2024-01")
    looked_at(page, "empty")
    assert house.refused == []
