"""Many rows at once: COPY on PostgreSQL, one prepared statement on SQLite.

Rows are tuples of what both databases read alike: numbers, texts, None, and moments as `written` gives them.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import func, select, text

from tracker.models import Base

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.db import Database

Rows: TypeAlias = dict[str, list[tuple[Any, ...]]]
"""By table."""
Order: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""Tables in the order in which they are written, with their columns, `id` first."""
CACHE_KIB = 256 * 1024
"""Of pages that SQLite keeps in memory while it is filled: its indexes are written to all over."""

MOMENT = len("2026-03-10 12:00:00.000000")
"""Characters of a moment, without its zone, which is UTC."""


def written(at: datetime) -> str:
    """Write a moment (aware, UTC) as SQLite keeps it and as PostgreSQL reads it on a connection of ours."""
    return at.isoformat(" ", "microseconds")[:MOMENT]


def written_or_none(at: datetime | None) -> str | None:
    """Write a moment if there is one."""
    return None if at is None else written(at)


class Numbers:
    """Ids for new rows, table by table, after those that are there. Nobody else may write meanwhile."""

    def __init__(self, session: Session) -> None:
        """Look how far each table has come."""
        self._next: dict[str, Iterator[int]] = {}
        self._first: dict[str, int] = {}
        for table in Base.metadata.tables.values():
            if "id" in table.c:
                last = session.scalar(select(func.max(table.c.id))) or 0
                self._first[table.name], self._next[table.name] = last + 1, count(last + 1)

    def of(self, table: str) -> Iterator[int]:
        """Give what counts the ids of a table."""
        return self._next[table]

    def first(self, table: str) -> int:
        """Give the id of the first new row of a table."""
        return self._first[table]


class Shelf:
    """Rows put aside until they are written together."""

    def __init__(self) -> None:
        """Begin with none."""
        self.rows: Rows = defaultdict(list)

    def take(self) -> Rows:
        """Give them all, and begin anew."""
        rows, self.rows = self.rows, defaultdict(list)
        return rows


def put(session: Session, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows in these columns; on PostgreSQL the next id follows the last of them, if they have any."""
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    names = ", ".join(columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608  (our own)
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    if columns[0] == "id":
        connection.execute(select(func.setval(func.pg_get_serial_sequence(table, "id"), rows[-1][0])))


def make_room(session: Session) -> None:
    """Let a transaction of much writing take its time, and on SQLite its memory."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text(f"PRAGMA cache_size = -{CACHE_KIB}"))
    else:
        session.execute(text("SET LOCAL statement_timeout = 0"))


def analyze(database: Database) -> None:
    """Let the database look at what it holds, so that it finds its ways from the first query on."""
    with database.writing() as session:
        make_room(session)
        session.execute(text("ANALYZE"))
