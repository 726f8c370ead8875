"""Every page of the desk in a real browser, filled with made-up data and empty: on a phone and on a desk.

Nothing is wider than the window, nothing is refused by the page's own policy, and axe finds nothing (WCAG
2.2 AA). What pages are for, their own stories tell.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from alerts.demo_data.fill import fill
from alerts.models import Alert, ContentItem, ReviewNote
from tests.axe import bring_axe, violations
from tests.browser import launch_chromium
from tests.house import open_house
from tracker.models import (
    Account,
    Campaign,
    Deal,
    Goal,
    Prospect,
    ReasonRule,
    Site,
    TopicRule,
    User,
    deal_prospects,
)
from tracker.people.rights import may
from tracker.words import Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.house import House
    from tracker.installation import Installation

pytestmark = pytest.mark.browser

PEOPLE = 40
LOOKS = (("light", 390), ("dark", 1280))
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NO_PAGES = frozenset({"goals.qr", "prospects.qr", "talks.calendar_file", "today.live"})
"""Pictures, and a part of a page."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launch_chromium() as browser:
        yield browser


def first_admin(house: House) -> User:
    with house.installation.database.reading() as session:
        admin = session.scalars(select(User).where(User.role == Role.ADMIN).order_by(User.id)).first()
    return admin or house.hire("Kim Berg", Role.ADMIN)


def paths(house: House) -> list[str]:
    """Of all pages that an admin can open, about what there is."""
    ids = _ids(house)
    pages = house.app.extensions["ringback-desk"].pages
    rules = [
        rule
        for rule in house.app.url_map.iter_rules()
        if rule.endpoint in pages and "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES
        if may(Role.ADMIN, pages[rule.endpoint].verb, pages[rule.endpoint].thing)
    ]
    with house.app.test_request_context():
        return sorted(
            house.app.url_for(rule.endpoint, **{name: ids[name] for name in rule.arguments})
            for rule in rules
            if all(ids.get(name) for name in rule.arguments)
        )


def _ids(house: House) -> dict[str, Any]:
    with house.installation.database.reading() as session:
        pair = session.execute(select(deal_prospects).join(Deal).limit(1)).first()
        first: dict[str, Any] = {
            name: session.scalar(select(func.min(table.id)))
            for name, table in (
                ("user_id", User),
                ("account_id", Account),
                ("alert_id", Alert),
                ("campaign_id", Campaign),
                ("content_id", ContentItem),
                ("site_id", Site),
            )
        }
        rules = {
            "rules.topics_one": session.scalar(select(func.min(TopicRule.id))),
            "rules.reasons_one": session.scalar(select(func.min(ReasonRule.id))),
        }
        first["prospect_id"] = pair.prospect_id if pair else session.scalar(select(func.min(Prospect.id)))
        of_them = Goal.prospect_id == first["prospect_id"], Goal.ended_at.is_(None)
        first["goal_id"] = session.scalar(select(func.min(Goal.id)).where(*of_them))
        first["note_id"] = session.scalar(select(func.min(ReviewNote.id)))
    first["month"] = f"{datetime.now(UTC):%Y-%m}"
    first["rule_id"] = min((number for number in rules.values() if number), default=None)
    return first | {"deal_id": pair.deal_id if pair else None}


def made_up(installation: Installation) -> None:
    fill(installation, PEOPLE, datetime.now(UTC), seed=3)


def faults(page: Page, home: str, path: str, width: int) -> list[str]:
    """Open a page and say what is wrong with it."""
    answer = page.goto(home + path)
    found = [] if answer is not None and answer.ok else [f"{path} does not answer with a page"]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append(f"{path} is wider than {width} px")
    return found + [f"{path}: {one['id']} at {one['nodes'][0]['target']}" for one in violations(page, WCAG)]


@pytest.mark.parametrize("people", [PEOPLE, 0], ids=["filled", "empty"])
def test_every_page_fits_speaks_to_everybody_and_keeps_its_own_policy(
    chromium: Browser, tmp_path: Path, people: int
) -> None:
    found: list[str] = []
    complaints: list[str] = []
    with open_house(tmp_path, filled=made_up if people else None) as house:
        cookie = house.cookie(first_admin(house))
        pages = paths(house)
        assert len(pages) > (30 if people else 20)
        for scheme, width in LOOKS if people else LOOKS[:1]:
            context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})  # type: ignore[arg-type]
            context.add_cookies([cookie])  # type: ignore[list-item]
            bring_axe(context)
            page = context.new_page()
            page.on("console", lambda said: complaints.append(f"{said.type}: {said.location} {said.text}"))
            for path in pages:
                found += faults(page, house.home, path, width)
            context.close()
    assert not found, "\n".join(found)
    assert [words for words in complaints if words.startswith("error")] == []
