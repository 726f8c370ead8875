"""The database keeps its promises on SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from tests.builders import NOON, add_account, add_prospect
from tracker.db import SAFEGUARDS, Database, UnsafeDatabaseError, connect, refuse_unsafe
from tracker.models import Prospect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection


def test_what_is_written_is_read_back_in_utc(database: Database) -> None:
    with database.writing() as session:
        add_prospect(session, add_account(session), created_at=NOON)
    with database.reading() as session:
        assert session.scalars(select(Prospect)).one().created_at == NOON


def test_a_moment_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="naive"), database.writing() as session:
        add_prospect(session, created_at=datetime(2026, 1, 1))  # noqa: DTZ001  (the fault itself)


@pytest.fixture
def careless(postgres_url: str) -> Iterator[Database]:
    """A PostgreSQL that is told to be fast instead of safe; put right at the end."""
    database = connect(postgres_url)
    engine = database.write_engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in SAFEGUARDS:
            connection.execute(text(f"ALTER SYSTEM SET {name} = off"))
        _reload_until(connection, "off")
        yield database
        connection.execute(text("ALTER SYSTEM RESET ALL"))
        _reload_until(connection, "on")
    database.dispose()


def _reload_until(connection: Connection, value: str) -> None:
    connection.execute(text("SELECT pg_reload_conf()"))
    while {connection.execute(text(f"SHOW {name}")).scalar_one() for name in SAFEGUARDS} != {value}:
        pass


def test_a_server_that_may_lose_what_it_acknowledged_is_refused(careless: Database) -> None:
    with pytest.raises(UnsafeDatabaseError) as refused:
        refuse_unsafe(careless)
    said = str(refused.value)
    assert "fsync=off, full_page_writes=off, synchronous_commit=off" in said
    assert "switch it on in postgresql.conf" in said


def test_a_server_as_it_comes_is_taken(database: Database) -> None:
    refuse_unsafe(database)
