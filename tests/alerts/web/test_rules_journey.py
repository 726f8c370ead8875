"""In a real browser: a manager lowers a threshold, sees what it would have meant, and saves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from alerts.decide import Decider
from alerts.models import Alert, Decision
from alerts.policy import Policy
from tests.alerts.office import ALWAYS
from tests.alerts.scenes import add_page, add_visit
from tests.builders import add_account, add_deal, add_owner_name, add_prospect, add_user, visit_row
from tests.tracker.web.prospects.test_list_journey import looked_at
from tests.tracker.web.test_journeys import DESK, PHONE, chromium, fits, stage
from tracker.models import Prospect, Team
from tracker.words import Role

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.tracker.web.test_journeys import Stage

__all__ = ["chromium", "stage"]  # fixtures of other journeys
pytestmark = pytest.mark.browser


def visits(stage: Stage, at: datetime) -> Decision:
    """Dana reads the documentation, by a mailing, with an intent of 40; gives what was decided about it."""
    installation = stage.installation
    with installation.database.writing() as session:
        dana = session.scalars(select(Prospect)).one()
        visit = add_visit(session, dana, at=at, by_link=True, intent=40)
        add_page(session, visit, "docs")
        Decider(installation, Policy.of(installation.settings))(session, [visit_row(visit)], at)
        return session.scalars(select(Alert.decision).where(Alert.visit_id == visit.id)).one()


@pytest.fixture
def company(stage: Stage) -> Stage:
    with stage.installation.database.writing() as session:
        team = Team(name="North")
        session.add(team)
        session.flush()
        sam = add_user(session, team_id=team.id, **ALWAYS)  # type: ignore[arg-type]  # hours and days
        add_user(session, "Kim Berg", role=Role.MANAGER, email="kim@northwind.example", team_id=team.id)
        dana = add_prospect(session, add_account(session, owner=add_owner_name(session, sam)))
        add_deal(session, dana)
    return stage


def signs_in(page: Page, company: Stage) -> None:
    page.goto(company.home)
    page.get_by_label("Your mail address").fill("kim@northwind.example")
    page.get_by_role("button", name="Send me a link").click()
    page.goto(company.mailed(1))
    page.get_by_role("button", name="Sign in").click()


def test_a_manager_lowers_a_threshold_sees_what_it_means_and_new_visits_are_judged_by_it(
    chromium: Browser, company: Stage
) -> None:
    now = datetime.now(UTC)
    assert visits(company, now - timedelta(days=3)) is Decision.DIGEST
    page = chromium.new_context(java_script_enabled=False).new_page()
    signs_in(page, company)
    page.get_by_role("link", name="Rules", exact=True).click()
    fits(page)
    page.get_by_label("Call from an intent of").fill("40")
    page.get_by_role("button", name="Preview").click()
    shown = page.get_by_role("region", name="The last 30 days")
    assert "instead of 0" in shown.inner_text()
    assert "Dana Ortiz" in shown.inner_text()
    fits(page)
    shown.get_by_role("button", name="Save").click()
    page.get_by_text("Saved. New visits are judged by it from now on.").wait_for()
    assert page.get_by_label("Call from an intent of").input_value() == "40"
    assert visits(company, datetime.now(UTC)) is Decision.CALL
    page.get_by_role("button", name="Reset Call from an intent of").click()
    page.get_by_text("55 points again, as it was at first.").wait_for()
    for tab in ("Intent", "Page topics", "Loss reasons", "Working hours"):
        page.get_by_role("link", name=tab, exact=True).click()
        for width in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_manager_tries_out_other_hours(chromium: Browser, company: Stage) -> None:
    visits(company, datetime.now(UTC) - timedelta(days=3))
    page = chromium.new_context().new_page()
    signs_in(page, company)
    page.get_by_role("link", name="Rules", exact=True).click()
    page.get_by_role("link", name="Working hours", exact=True).click()
    page.get_by_label("From", exact=True).fill("22:00")
    page.get_by_label("Until").fill("23:00")
    page.get_by_role("button", name="Preview").click()
    shown = page.get_by_role("region", name="The last 30 days if everybody had worked these hours")
    assert "Waited for the morning" in shown.inner_text()
    assert page.get_by_label("From", exact=True).input_value() == "22:00"
    looked_at(page, "hours")
