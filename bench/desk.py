"""How quick the desk's pages are on a large installation: server time, queries, weight, first paint.

    RINGBACK_DATA_DIR=… python -m bench.desk today prospects …

Each word is a set of paths below. They are opened as the first rep, manager and admin who work there. First
paint is that of a phone in a weak network: 4 times slower, 1.6 Mbit/s, 150 ms there and back. The clock
stands at the last visit's last sign, so that somebody is there.
"""

from __future__ import annotations

import gzip
import re
import statistics
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING

from sqlalchemy import event, func, select
from werkzeug.serving import WSGIRequestHandler, make_server

from alerts.models import Alert
from tests.browser import launch_chromium
from tracker.models import Prospect, User, Visit
from tracker.people.sessions import start
from tracker.settings import load_settings
from tracker.web.me import KEY
from tracker.words import Role
from wsgi import build_app, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Page

    from tracker.installation import Installation

PAGES = {
    "today": ("/today", "/today/live", "/today/waiting"),
    "stories": ("/prospects/{busiest}", "/accounts/{company}"),
    "prospects": (
        "/prospects",
        "/prospects?q=ma",
        "/prospects?sort=value",
        "/prospects?reason=price&sort=lost",
        "/prospects/lost",
        "/prospects/{busiest}/edit",
        "/prospects/{busiest}/links",
        "/prospects/{busiest}/consent",
    ),
    "campaigns": ("/campaigns", "/campaigns/1", "/campaigns/1/mailing"),
    "imports": ("/imports",),
    "sites": ("/sites", "/sites/1"),
    "numbers": ("/numbers", "/numbers?weeks=52"),
    "rules": ("/rules", "/rules/intent", "/rules/topics", "/rules/reasons", "/rules/hours"),
    "people": ("/you", "/users", "/upkeep", "/upkeep/retention"),
}
"""Paths by room; `busiest` is the person with the latest visit who has most of them, `company` theirs."""
BEGIN = "BEGIN"
"""SQLite's transactions begin by a statement of ours; it asks for nothing."""
ROLES = (Role.REP, Role.MARKETER, Role.MANAGER, Role.ADMIN)
TIMES = 40
PAINTS = 5
SLOWER = 4
BYTES_PER_S = 1_600_000 / 8
LATENCY_MS = 150
LINKED = re.compile(r'(?:href|src)="(/[^"]+\.(?:css|js|svg)[^"]*)"')
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


@dataclass
class Desk:
    """The app on an installation, and one who is signed in."""

    app: Flask
    installation: Installation
    client: FlaskClient

    @classmethod
    def open(cls, app: Flask, installation: Installation, user: User, now: datetime) -> Desk:
        """Sign somebody in."""
        with installation.database.writing() as session:
            key, _ = start(session, user, "bench", now)
        client = app.test_client()
        with client.session_transaction(base_url=installation.settings.base_url) as cookie:
            cookie.permanent = True
            cookie[KEY] = key
        return cls(app, installation, client)

    def may(self, path: str) -> bool:
        """Whether the page is for this role, and about somebody in reach."""
        answer = self.client.get(path, base_url=self.installation.settings.base_url, buffered=True)
        return answer.status_code < 400  # noqa: PLR2004  (HTTP: an error)

    def get(self, path: str) -> bytes:
        """Open a page."""
        answer = self.client.get(path, base_url=self.installation.settings.base_url, buffered=True)
        if answer.status_code >= 400:  # noqa: PLR2004  (HTTP: an error)
            sys.exit(f"{path} answers {answer.status}")
        return answer.data

    def queries(self, path: str) -> int:
        """Count the statements that a page takes."""
        said: list[str] = []

        def note(*arguments: object) -> None:
            said.append(str(arguments[2]))
            if str(arguments[2]).startswith(BEGIN):
                said.pop()

        engines = {self.installation.database.read_engine, self.installation.database.write_engine}
        for engine in engines:
            event.listen(engine, "before_cursor_execute", note)
        self.get(path)
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
        return len(said)

    def weight(self, path: str) -> int:
        """Give the bytes of a page and all that it links to, compressed."""
        page = self.get(path)
        parts = [page, *(self.get(each) for each in set(LINKED.findall(page.decode())))]
        return sum(len(gzip.compress(part, 6)) for part in parts)

    def times_ms(self, path: str) -> list[float]:
        """Open a page so often; gives the milliseconds of each, in order of size."""
        taken = []
        for _ in range(TIMES):
            begun = perf_counter()
            self.get(path)
            taken.append((perf_counter() - begun) * 1000)
        return sorted(taken)


class _Quiet(WSGIRequestHandler):
    def log_request(self, *arguments: object) -> None:
        """Keep to the figures."""


@contextmanager
def _served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def first_paints_ms(desk: Desk, path: str) -> list[float]:
    """Open a page as a weak phone does, with nothing kept; gives the milliseconds until something shows."""
    cookie = next(iter(desk.client._cookies.values()))  # noqa: SLF001  (whatever its name and host are)
    taken = []
    with _served(desk.app) as home, launch_chromium() as browser:
        for _ in range(PAINTS):
            context = browser.new_context(viewport={"width": 390, "height": 844})
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": home}])
            page = context.new_page()
            _slow_down(page)
            page.goto(home + path, wait_until="load")
            taken.append(float(page.evaluate(PAINT)))
            context.close()
    return sorted(taken)


def _slow_down(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    speed = {"latency": LATENCY_MS, "downloadThroughput": BYTES_PER_S, "uploadThroughput": BYTES_PER_S}
    devtools.send("Network.emulateNetworkConditions", {"offline": False, **speed})
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def main(rooms: Sequence[str]) -> None:
    """Print a line for each page and role."""
    settings = load_settings().model_copy(
        update={"base_url": "http://127.0.0.1", "trusted_hosts": ("127.0.0.1",)}
    )
    installation = prepare(settings)
    with installation.database.reading() as session:
        now = session.scalar(select(func.max(Visit.last_at, type_=Visit.last_at.type))) or datetime.now(UTC)
    app = build_app(installation, lambda _nudges: None, lambda: now)
    for role in ROLES:
        with installation.database.reading() as session:
            user = session.scalar(
                select(User).where(User.role == role, User.left_at.is_(None)).order_by(User.id).limit(1)
            )
        if user is None:
            continue
        desk = Desk.open(app, installation, user, now)
        about = _about(installation, user)
        for path in (path.format(**about) for room in rooms for path in PAGES[room]):
            begun = perf_counter()
            if not desk.may(path):
                continue
            first = (perf_counter() - begun) * 1000
            taken = desk.times_ms(path)
            line = f"{role:8} {path:36} first {first:6.0f} median {statistics.median(taken):6.1f} ms"
            line += f"  p95 {taken[int(len(taken) * 0.95) - 1]:6.1f} ms  {desk.queries(path):3} queries"
            line += f"  {desk.weight(path) / 1000:5.1f} KB"
            print(line, flush=True)  # noqa: T201  (a bench prints)
        path = PAGES["today"][0]
        if "today" not in rooms or not desk.may(path):
            continue
        paints = ", ".join(f"{each:.0f}" for each in first_paints_ms(desk, path))
        print(f"{role:8} {path:20} first paint: {paints} ms", flush=True)  # noqa: T201


def _about(installation: Installation, user: User) -> dict[str, int]:
    """Find whom this user's pages are opened about: the one of theirs with most visits."""
    theirs = select(Visit.prospect_id).join(Alert, Alert.visit_id == Visit.id)
    if user.role is Role.REP:
        theirs = theirs.where(Alert.user_id == user.id)
    with installation.database.reading() as session:
        busiest = session.scalar(
            theirs.group_by(Visit.prospect_id).order_by(func.count().desc(), Visit.prospect_id).limit(1)
        )
        person = session.get(Prospect, busiest or 0)
    return {"busiest": busiest or 0, "company": (person.account_id if person else None) or 0}


if __name__ == "__main__":
    main(sys.argv[1:] or list(PAGES))
