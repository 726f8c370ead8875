"""A company at its desks: the real app, its people's browsers, and a real mail server."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.builders import add_user
from tests.front_door import FrontDoor, open_front
from tests.smtp_sink import SmtpSink, smtp_sink
from tracker.audit import entries
from tracker.people.sessions import start
from tracker.web.me import KEY
from tracker.words import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tracker.db import Database
    from tracker.models import User

PATIENCE_S = 30
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Company:
    """`door` is the app and its clock."""

    door: FrontDoor
    sink: SmtpSink

    @property
    def database(self) -> Database:
        return self.door.setting.installation.database

    def hire(self, name: str = "Sam Reed", role: Role = Role.REP, **fields: object) -> User:
        with self.database.writing() as session:
            return add_user(session, name, role=role, **fields)

    def browser(self, user: User | None = None) -> Browser:
        """A browser, in which this user is signed in already."""
        browser = Browser(self.door.client.application.test_client())
        if user is not None:
            with self.database.writing() as session:
                key, _ = start(session, user, "Mozilla/5.0", self.door.now)
            with browser.client.session_transaction() as cookie:
                cookie.permanent = True
                cookie[KEY] = key
        return browser

    def asks(self, browser: Browser, email: str) -> TestResponse:
        """Ask for a link, and wait until all is done that follows from it."""
        answer = browser.sends("/sign-in", "/sign-in", email=email)
        for thread in threading.enumerate():
            if thread.name == "sign-in":
                thread.join(PATIENCE_S)
        return answer

    def links(self) -> list[str]:
        """Paths of the links that were mailed, oldest first."""
        bodies = [mail.get_body(("plain",)) for mail in self.sink.mails]
        return [
            found[1]
            for body in bodies
            if body is not None and (found := re.search(r"http://localhost(/\S+)", body.get_content()))
        ]

    def signs_in(self, browser: Browser, email: str) -> TestResponse:
        self.asks(browser, email)
        return browser.sends(self.links()[-1])

    def noted(self) -> list[tuple[str, str]]:
        """Who did what, oldest first."""
        with self.database.reading() as session:
            return [(one.who, one.entry.verb) for one in reversed(entries(session, 100))]


@dataclass
class Browser:
    """Keeps cookies, and sends forms as the pages hold them."""

    client: FlaskClient

    def gets(self, path: str) -> TestResponse:
        return self.client.get(path, buffered=True)

    def sends(self, path: str, page: str = "", /, **fields: str | list[str]) -> TestResponse:
        """Open a page with a form, by default the one under the same address, and send it to `path`."""
        found = TOKEN.search(self.client.get(page or path, buffered=True).text)
        token = {"csrf_token": found[1]} if found else {}
        return self.client.post(path, data=token | fields, buffered=True)

    def is_in(self) -> bool:
        return self.gets("/you").status_code == 200


@contextmanager
def open_company(database: Database, **settings: object) -> Iterator[Company]:
    with smtp_sink() as sink:
        mail = {"smtp_host": sink.host, "smtp_port": sink.port}
        with open_front(database, **mail | settings) as door:
            yield Company(door, sink)
