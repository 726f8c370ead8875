"""A Ringback of its own on loopback, for a real browser, and the people who are signed in to it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from tests.alerts.web.front import served
from tests.builders import add_user
from tracker.people.sessions import start
from tracker.settings import Settings
from tracker.web.me import KEY
from wsgi import build_app, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import Browser, Page

    from tracker.ingest.front import Front
    from tracker.installation import Installation
    from tracker.models import User
    from tracker.words import Role


def wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class House:
    """A Ringback, and the address where its pages are served; `refused` is what browsers complained about."""

    installation: Installation
    app: Flask
    home: str
    clock: Callable[[], datetime] = wall_clock
    refused: list[str] = field(default_factory=list)

    @property
    def front(self) -> Front:
        front: Front = self.app.extensions["ringback"]
        return front

    def hire(self, name: str, role: Role, **fields: object) -> User:
        with self.installation.database.writing() as session:
            return add_user(session, name, role=role, **fields)

    def cookie(self, user: User) -> dict[str, Any]:
        """What a browser carries in which this user has signed in."""
        client = self.app.test_client()
        with self.installation.database.writing() as session:
            key, _ = start(session, user, "", self.clock())
        with client.session_transaction() as cookie:
            cookie.permanent = True
            cookie[KEY] = key
        name = self.app.config["SESSION_COOKIE_NAME"]
        found = client.get_cookie(name)
        assert found is not None
        return {"name": name, "value": found.value, "url": self.home}

    def page(self, browser: Browser, user: User, path: str = "") -> Page:
        """Open a browser of this user's own, at a page if one is named."""
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        context.add_cookies(cast("Any", [self.cookie(user)]))
        page = context.new_page()
        page.on("console", lambda said: self.refused.append(said.text))
        if path:
            page.goto(self.home + path)
        return page


@contextmanager
def open_house(
    folder: Path,
    port: int = 0,
    clock: Callable[[], datetime] = wall_clock,
    filled: Callable[[Installation], object] | None = None,
    **settings: object,
) -> Iterator[House]:
    """Open one whose data are in this folder, as they are there or as `filled` leaves them."""
    values = {
        "data_dir": folder,
        "base_url": f"http://127.0.0.1:{port}" if port else "http://127.0.0.1",
        "trusted_hosts": ("127.0.0.1",),
    }
    installation = prepare(Settings.model_validate(values | settings))
    if filled is not None:
        filled(installation)
    app = build_app(installation, lambda _nudges: None, clock)
    try:
        with served(app, port) as home:
            yield House(installation, app, home, clock)
    finally:
        app.extensions["ringback"].drops.close()
        installation.database.dispose()
