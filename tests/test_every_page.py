"""Every page of the desk in a real browser, filled with made-up data and empty: on a phone and on a desk.

Nothing is wider than the window, nothing is refused by the page's own policy, and axe finds nothing (WCAG
2.2 AA). What pages are for, their own stories tell.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import func, select

from alerts.demo_data.fill import fill
from alerts.models import Alert
from tests.alerts.web.front import served
from tests.browser import launch_chromium
from tests.builders import add_user
from tracker.models import (
    Account,
    Campaign,
    Deal,
    Prospect,
    ReasonRule,
    Site,
    TopicRule,
    User,
    deal_prospects,
)
from tracker.people.sessions import start
from tracker.settings import Settings
from tracker.web.me import KEY
from tracker.words import Role
from wsgi import build_app, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import Browser, Page

    from tracker.installation import Installation

pytestmark = pytest.mark.browser

PEOPLE = 40
LOOKS = (("light", 390), ("dark", 1280))
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NO_PAGES = frozenset({"prospects.qr", "today.live"})
"""A picture, and a part of a page."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launch_chromium() as browser:
        yield browser


class House:
    """A Ringback, its addresses, and its admin's way in."""

    def __init__(self, installation: Installation, app: Flask, home: str) -> None:
        self.installation, self.app, self.home = installation, app, home

    def key(self) -> str:
        with self.installation.database.writing() as session:
            admin = session.scalars(select(User).where(User.role == Role.ADMIN).order_by(User.id)).first()
            key, _ = start(
                session, admin or add_user(session, "Kim Berg", role=Role.ADMIN), "", datetime.now(UTC)
            )
        return key

    def cookie(self) -> dict[str, Any]:
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie.permanent = True
            cookie[KEY] = self.key()
        name = self.app.config["SESSION_COOKIE_NAME"]
        found = client.get_cookie(name)
        assert found is not None
        return {"name": name, "value": found.value, "url": self.home}

    def paths(self) -> list[str]:
        """Of all pages that an admin can open, about what there is."""
        ids = self._ids()
        pages = self.app.extensions["ringback-desk"].pages
        rules = [
            rule
            for rule in self.app.url_map.iter_rules()
            if rule.endpoint in pages and "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES
        ]
        with self.app.test_request_context():
            return sorted(
                self.app.url_for(rule.endpoint, **{name: ids[name] for name in rule.arguments})
                for rule in rules
                if all(ids.get(name) for name in rule.arguments)
            )

    def _ids(self) -> dict[str, Any]:
        with self.installation.database.reading() as session:
            pair = session.execute(select(deal_prospects).join(Deal).limit(1)).first()
            first: dict[str, Any] = {
                name: session.scalar(select(func.min(table.id)))
                for name, table in (
                    ("user_id", User),
                    ("account_id", Account),
                    ("alert_id", Alert),
                    ("campaign_id", Campaign),
                    ("site_id", Site),
                )
            }
            rules = {
                "rules.topics_one": session.scalar(select(func.min(TopicRule.id))),
                "rules.reasons_one": session.scalar(select(func.min(ReasonRule.id))),
            }
            first["prospect_id"] = pair.prospect_id if pair else session.scalar(select(func.min(Prospect.id)))
        first["rule_id"] = min((number for number in rules.values() if number), default=None)
        return first | {"deal_id": pair.deal_id if pair else None}


@contextmanager
def open_house(folder: Path, people: int) -> Iterator[House]:
    settings = Settings(data_dir=folder, base_url="http://127.0.0.1", trusted_hosts=("127.0.0.1",))
    installation = prepare(settings)
    if people:
        fill(installation, people, datetime.now(UTC), seed=3)
    app = build_app(installation, lambda _nudges: None)
    with served(app) as home:
        yield House(installation, app, home)
    app.extensions["ringback"].drops.close()
    installation.database.dispose()


def faults(page: Page, home: str, path: str, width: int) -> list[str]:
    """Open a page and say what is wrong with it."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    answer = page.goto(home + path)
    found = [] if answer is not None and answer.ok else [f"{path} does not answer with a page"]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append(f"{path} is wider than {width} px")
    violations = Axe().run(page, options=WCAG).response["violations"]
    found += [f"{path}: {one['id']} at {one['nodes'][0]['target']}" for one in violations]
    return found + [f"{path}: {words}" for words in said]


@pytest.mark.parametrize("people", [PEOPLE, 0], ids=["filled", "empty"])
def test_every_page_fits_speaks_to_everybody_and_keeps_its_own_policy(
    chromium: Browser, tmp_path: Path, people: int
) -> None:
    found: list[str] = []
    with open_house(tmp_path, people) as house:
        cookie = house.cookie()
        paths = house.paths()
        assert len(paths) > (30 if people else 20)
        for scheme, width in LOOKS if people else LOOKS[:1]:
            context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})  # type: ignore[arg-type]
            context.add_cookies([cookie])  # type: ignore[list-item]
            for path in paths:
                page = context.new_page()
                found += faults(page, house.home, path, width)
                page.close()
            context.close()
    assert found == []
