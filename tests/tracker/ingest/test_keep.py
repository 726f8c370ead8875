"""What is kept is kept through the driver itself, and fails with the errors that everybody here expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DataError, OperationalError

from tests.builders import NOON
from tests.front_door import database_away, lose_connections
from tracker import db
from tracker.ingest.inbox import Inbox
from tracker.models import InboxRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.db import Database

IMPATIENT_MS = 50


@pytest.fixture
def impatient(database: Database, database_url: str) -> Iterator[Database]:
    """Give another process's way to the same database, which does not wait long for it."""
    database.dispose()
    other = db.connect(database_url, busy_timeout_ms=IMPATIENT_MS)
    yield other
    other.dispose()


def kept(database: Database) -> list[str]:
    with database.inbox_engine.connect() as connection:
        return list(connection.scalars(select(InboxRow.arrival).order_by(InboxRow.id)))


def test_r1_a_database_that_is_away_keeps_nothing_and_everything_once_it_is_back(
    impatient: Database, database_url: str
) -> None:
    inbox = Inbox(impatient)
    inbox.keep([(NOON, "before")])
    with database_away(database_url), pytest.raises(OperationalError):
        inbox.keep([(NOON, "meanwhile")])
    inbox.keep([(NOON, "after")])
    assert kept(impatient) == ["before", "after"]


def test_r1_a_server_that_was_started_anew_is_met_again_at_once(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has no server")
    inbox = Inbox(database)
    inbox.keep([(NOON, "before")])
    lose_connections(database)
    inbox.keep([(NOON, "after")])
    assert kept(database) == ["before", "after"]


def test_what_no_database_takes_is_told_apart_from_one_that_is_away(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite takes every text")
    inbox = Inbox(database)
    with pytest.raises(DataError):
        inbox.keep([(NOON, "sound"), (NOON, "\0")])
    inbox.keep([(NOON, "after")])
    assert kept(database) == ["after"]
