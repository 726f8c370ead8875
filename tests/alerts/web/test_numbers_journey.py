"""In a real browser: a manager reads what came of the alerts, and finds what the people there did."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.words import OutcomeKind
from tests.alerts.scenes import add_alert, add_outcome, add_visit
from tests.builders import add_deal, add_prospect
from tests.house import House, open_house
from tests.tracker.web.prospects.test_list_journey import looked_at
from tracker.models import ReasonKind, Team
from tracker.words import Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tracker.models import User

pytestmark = pytest.mark.browser
THURSDAY = datetime(2026, 2, 12, 15, 0, tzinfo=UTC)
SUNDAY_NIGHT = datetime(2026, 2, 8, 23, 30, tzinfo=UTC)
"""In Berlin it is Monday already."""
LAST_WEEK = datetime(2026, 2, 4, 10, 0, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, clock=lambda: THURSDAY) as opened:
        yield opened


def tell(house: House, rep: User, at: datetime, reason: ReasonKind, *done: tuple[int, OutcomeKind]) -> None:
    """A rep was told of a visit that had begun three minutes before, and reported so many minutes later."""
    with house.installation.database.writing() as session:
        person = add_prospect(session)
        deal = add_deal(session, person, reason_kind=reason)
        alert = add_alert(session, add_visit(session, person, at=at), rep, sent_at=at, deal_id=deal.id)
        for minutes, kind in done:
            add_outcome(session, alert, rep, kind, at=at + timedelta(minutes=minutes))


@pytest.fixture
def kim(house: House) -> User:
    """Leads the team North of Sam and Priya. Bo is in nobody's team."""
    kim = house.hire("Kim Berg", Role.MANAGER)
    with house.installation.database.writing() as session:
        team = Team(name="North", manager_id=kim.id)
        session.add(team)
        session.flush()
        north = team.id
    sam, priya = (house.hire(name, Role.REP, team_id=north) for name in ("Sam Reed", "Priya Nair"))
    price, feature, won = ReasonKind.PRICE, ReasonKind.FEATURE, OutcomeKind.WON_BACK
    tuesday = THURSDAY - timedelta(days=2)
    tell(house, sam, tuesday, price, (2, OutcomeKind.CALLING), (9, won))
    tell(house, sam, tuesday, feature, (22, OutcomeKind.SPOKE))
    tell(house, priya, tuesday, feature)
    tell(house, sam, SUNDAY_NIGHT, price, (57, OutcomeKind.REOPENED))
    tell(house, priya, LAST_WEEK, price, (8, OutcomeKind.SPOKE))
    tell(house, house.hire("Bo Fox", Role.REP), tuesday, price, (1, won))
    return kim


def sums(page: Page) -> dict[str, str]:
    """The figures at the top, by their names."""
    those = page.locator(".sums > div").all()
    return {one.locator("dt").inner_text(): " ".join(one.locator("dd").inner_text().split()) for one in those}


def table(page: Page, name: str) -> dict[str, list[str]]:
    """The rows of a table by their first cell."""
    rows = page.get_by_role("region", name=name).locator("tbody tr").all()
    cells = [[" ".join(cell.split()) for cell in row.locator("td").all_inner_texts()] for row in rows]
    return {first: rest for first, *rest in cells}


def narrow(page: Page, **choices: str) -> None:
    for name, label in choices.items():
        page.get_by_label(name.replace("_", " "), exact=True).select_option(label=label)
    page.get_by_role("button", name="Show").click()


def test_the_figures_are_what_was_done_whoever_reads_them_from_where(
    chromium: Browser, house: House, kim: User
) -> None:
    page = house.page(chromium, kim, "/numbers")
    whole = {
        "Alerts": "5",
        "Called": "4 80% of them",
        "Visit to call": "18 min median",  # 5, 11, 25 and 60 minutes
        "Reopened": "1",
        "Won back": "1 £48,000",
    }
    assert sums(page) == whole
    assert "Bo Fox" not in page.content()
    looked_at(page, "whole")
    weeks = table(page, "By week")
    assert {day: row[0] for day, row in weeks.items() if row[0] != "0"} == {
        "9 Feb 2026": "3",
        "2 Feb 2026": "2",
    }
    assert len(weeks) == 12
    drawn = re.findall(
        r"Week of (\S+): (\d+) alerts, (\d+) called",
        " ".join(page.locator(".chart title").all_text_contents()),
    )
    days = page.get_by_role("region", name="By week").locator("tbody time")
    listed = [one.get_attribute("datetime") for one in days.all()]
    assert [
        (day, row[0], row[1].split()[0]) for day, row in zip(listed, weeks.values(), strict=True)
    ] == drawn[::-1]
    assert table(page, "By rep") == {
        "Sam Reed": ["3", "3 100%", "25 min", "1", "1", "£48,000"],
        "Priya Nair": ["2", "1 50%", "11 min", *3 * ["\N{EN DASH}"]],
    }

    narrow(page, Rep="Sam Reed", Lost_for="Price", Time="The last 4 weeks")
    narrowed = sums(page)
    assert (narrowed["Alerts"], narrowed["Called"]) == ("2", "2 100% of them")
    assert (narrowed["Reopened"], narrowed["Won back"]) == ("1", "1 £48,000")
    assert len(table(page, "By week")) == 4
    assert list(table(page, "By reason")) == ["Price"]
    narrow(page, Lost_for="Timing")
    page.get_by_text("Try everybody, any reason or a longer time.").wait_for()
    looked_at(page, "nobody")

    page.goto(f"{house.home}/you")
    page.get_by_label("Time zone").fill("Europe/Berlin")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    page.get_by_role("link", name="Numbers").click()
    assert sums(page) == whole
    weeks = table(page, "By week")
    assert (weeks["9 Feb 2026"][0], weeks["2 Feb 2026"][0]) == ("4", "1")
    assert house.refused == []


def test_a_rep_has_no_such_room_and_an_admin_sees_everybody(
    chromium: Browser, house: House, kim: User
) -> None:
    assert kim.role is Role.MANAGER
    sam = house.page(chromium, house.hire("Ida Moss", Role.REP), "/today")
    assert "Numbers" not in sam.get_by_role("navigation").inner_text()
    answer = sam.goto(f"{house.home}/numbers")
    assert answer is not None
    assert answer.status == 403
    ada = house.page(chromium, house.hire("Ada Lind", Role.ADMIN), "/numbers")
    assert sums(ada)["Won back"] == "2 £96,000"
    assert "Bo Fox" in table(ada, "By rep")
