"""The real app, met as a browser meets it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import make_url, select, text

from tests.builders import NOON
from tests.tracker.ingest.stories import ORIGIN, PERSON, Setting, body, set_up
from tracker import db
from tracker.ingest.endpoint import PATH
from tracker.models import Base, Drop
from tracker.settings import Settings
from wsgi import build_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tracker.db import Database
    from tracker.ingest.front import Front

BASE_URL = "http://localhost"
SHORT_WAIT_MS = 50
"""For which a story waits for a locked database."""
Row = TypeVar("Row", bound=Base)


@dataclass
class FrontDoor:
    """One web process; `client` keeps cookies like a browser."""

    setting: Setting
    client: FlaskClient
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    @property
    def front(self) -> Front:
        front: Front = self.client.application.extensions["ringback"]
        return front

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)

    def posts(self, data: bytes, headers: dict[str, str] | None = None, **environ: object) -> TestResponse:
        sent = {"Origin": ORIGIN, "User-Agent": PERSON} | (headers or {})
        return self.client.post(
            PATH,
            data=data,
            headers=sent,
            content_type="text/plain;charset=UTF-8",
            base_url=self.setting.installation.settings.base_url,
            environ_overrides={"REMOTE_ADDR": "203.0.113.7"} | environ,
        )

    def sends(self, *hits: dict[str, object], **keys: object) -> TestResponse:
        return self.posts(body(self.setting, *hits, **keys))

    def rows(self, table: type[Row]) -> list[Row]:
        with self.setting.installation.database.reading() as session:
            return list(session.scalars(select(table).order_by(*table.__table__.primary_key)))

    def counted(self) -> dict[str, int]:
        """Drops by name, as they stand in the database."""
        self.front.drops.flush(self.setting.installation.database, self.now)
        return {row.reason: row.count for row in self.rows(Drop) if row.count}


@contextmanager
def open_front(database: Database, **settings: object) -> Iterator[FrontDoor]:
    """Open an app on a set-up database."""
    values = {"base_url": BASE_URL} | settings
    setting = set_up(database, Settings.model_validate(values))
    door = FrontDoor(setting, None)  # type: ignore[arg-type]  # the app's clock is the door's
    door.client = build_app(setting.installation, lambda _nudges: None, door).test_client()
    try:
        yield door
    finally:
        door.front.drops.close()


@contextmanager
def another_door(door: FrontDoor) -> Iterator[FrontDoor]:
    """Another browser at the same app."""
    yield replace(door, client=door.client.application.test_client())


@contextmanager
def database_away(url: str) -> Iterator[None]:
    """A database that cannot commit: locked by another writer, or refusing every connection."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        other = db.connect(url)
        try:
            with other.write_engine.begin(), other.inbox_engine.connect() as inbox:
                inbox.exec_driver_sql("BEGIN IMMEDIATE")
                yield
                inbox.exec_driver_sql("ROLLBACK")
        finally:
            other.dispose()
        return
    other = db.connect(address.set(database="template1").render_as_string(hide_password=False))
    with other.write_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = {"name": address.database}
        connection.execute(text(f'ALTER DATABASE "{address.database}" ALLOW_CONNECTIONS false'))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), name
        )
        try:
            yield
        finally:
            connection.execute(text(f'ALTER DATABASE "{address.database}" ALLOW_CONNECTIONS true'))
    other.dispose()


def lose_connections(database: Database) -> None:
    """End every connection to a PostgreSQL database, as a server does that is started anew."""
    with database.write_engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
