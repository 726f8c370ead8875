"""Page views by month: on PostgreSQL each calendar month (UTC) is a partition, and is dropped as a whole.

What no month's partition is there for goes to the default one, so that no hit is ever refused; from there it
is moved as soon as its month is made. SQLite has one table, and none of this.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import and_, false, func, literal_column, select, text

from tracker.models import PageView

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from tracker.db import Database

AHEAD = 3
"""Months after this one that are made: so long may nobody run the schedule until the default is used."""
LOCK_TIMEOUT = "500ms"
"""Longest wait for the tables while partitions are made or dropped: visits wait behind us, and where they are
in each other's way it is we who give up: PostgreSQL looks for a deadlock after a second. The next run tries
again.
"""
TENDING = 0x72696E676D6F
"""The number under which PostgreSQL knows the lock of who makes or drops months."""

TABLE = PageView.__tablename__
DEFAULT = f"{TABLE}_default"
PAST = f"{TABLE}_past"
"""What was there before there were months; the migration that made them named it."""
_END = re.compile(r" TO \('([^']+)'\)")


class Lasting(Protocol):
    """A visit, as far as it matters here."""

    @property
    def started_at(self) -> datetime:
        """Its first sign."""

    @property
    def last_at(self) -> datetime:
        """Its last."""


@dataclass(frozen=True, slots=True)
class Partition:
    """A part of the table, as the database knows it."""

    name: str
    end: datetime | None
    """Its page views are from before this moment, UTC; None: of the default."""


def month_of(at: datetime, later: int = 0) -> datetime:
    """Give the beginning of a moment's month, UTC, or of so many months later."""
    moment = at.astimezone(UTC)
    month = moment.year * 12 + moment.month - 1 + later
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)


def within(begin: datetime, end: datetime) -> ColumnElement[bool]:
    """Give the condition that a page view is of the months from `begin` to `end`, both included.

    The months are written into the statement, which is the same all month: PostgreSQL plans it once, and
    without the partitions of the others.
    """
    return and_(PageView.at >= _written(month_of(begin)), PageView.at < _written(month_of(end, 1)))


def of_visits(visits: Collection[Lasting]) -> ColumnElement[bool]:
    """Give the condition that a page view is of the months of these visits, as theirs are."""
    if not visits:
        return false()
    return within(min(visit.started_at for visit in visits), max(visit.last_at for visit in visits))


def partitions(session: Session) -> list[Partition]:
    """Give the parts that there are; on SQLite none."""
    if not _has_months(session):
        return []
    found = session.execute(
        text(
            "SELECT relname, pg_get_expr(relpartbound, pg_class.oid)"
            " FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid"
            " WHERE inhparent = CAST(:parent AS regclass) ORDER BY relname"
        ),
        {"parent": TABLE},
    )
    ends = ((name, _END.search(bound)) for name, bound in found)
    return [Partition(name, datetime.fromisoformat(end[1]) if end else None) for name, end in ends]


def missing(session: Session, now: datetime, since: datetime | None = None) -> list[datetime]:
    """Give the months that should be there and are not; on SQLite none.

    They are those from the last one on, or from `since`, and those of what the default holds.
    """
    if not _has_months(session):
        return []
    parts = partitions(session)
    ends = {part.end for part in parts}
    past = next((part.end for part in parts if part.name == PAST), None)
    wanted = _strays(session)
    month = min(month_of(now, -1), month_of(since or now))
    while month <= month_of(now, AHEAD):
        wanted.add(month)
        month = month_of(month, 1)
    return sorted(
        month for month in wanted if month_of(month, 1) not in ends and (past is None or month >= past)
    )


def strays(session: Session) -> int:
    """Count the page views in the default partition; on SQLite 0."""
    if not _has_months(session):
        return 0
    return session.scalar(select(func.count()).select_from(text(DEFAULT))) or 0


def make_months(database: Database, now: datetime, since: datetime | None = None) -> int:
    """Make the months that are missing, and move there what the default has of them; gives how many.

    `since` is for page views of long ago that are to come.

    Raises:
        sqlalchemy.exc.OperationalError: the tables are in use for longer than `LOCK_TIMEOUT`.

    """
    with database.reading() as session:
        months = missing(session, now, since)
    made = 0
    for month in months:
        with database.writing() as session:
            if _alone(session) and month in missing(session, now, since):
                make_month(session, month)
                made += 1
    return made


def make_month(session: Session, month: datetime) -> None:
    """Make one month's partition. By attaching, for which nobody who reads has to wait but in the default."""
    name, end = f"{TABLE}_{month:%Y_%m}", month_of(month, 1)
    span = {"begin": month, "end": end}
    # In the order in which hits take them.
    session.execute(text("LOCK TABLE visits IN SHARE ROW EXCLUSIVE MODE"))
    session.execute(text(f"LOCK TABLE ONLY {TABLE} IN SHARE UPDATE EXCLUSIVE MODE"))
    session.execute(text(f"LOCK TABLE {DEFAULT} IN ACCESS EXCLUSIVE MODE"))
    session.execute(
        text(
            f"CREATE TABLE {name} (LIKE {TABLE} INCLUDING DEFAULTS,"
            f" CONSTRAINT pk_{name} PRIMARY KEY (id),"
            f" CONSTRAINT uq_{name}_hit_id_part UNIQUE (hit_id, part))"
        )
    )
    session.execute(
        text(
            f"WITH moved AS (DELETE FROM {DEFAULT} WHERE at >= :begin AND at < :end RETURNING *)"  # noqa: S608  (our own names)
            f" INSERT INTO {name} SELECT * FROM moved"
        ),
        span,
    )
    session.execute(
        text(f"ALTER TABLE {TABLE} ATTACH PARTITION {name} FOR VALUES FROM ('{month}') TO ('{end}')")
    )


def drop_months(database: Database, before: datetime) -> list[str]:
    """Drop the partitions all of whose page views are from before that moment; gives their names.

    Raises:
        sqlalchemy.exc.OperationalError: the tables are in use for longer than `LOCK_TIMEOUT`.

    """
    with database.reading() as session:
        names = [part.name for part in partitions(session) if part.end is not None and part.end <= before]
    dropped = []
    for name in names:
        with database.writing() as session:
            if _alone(session):
                session.execute(text("LOCK TABLE visits IN ACCESS EXCLUSIVE MODE"))
                session.execute(text(f"DROP TABLE IF EXISTS {name}"))
                dropped.append(name)
    return dropped


def _alone(session: Session) -> bool:
    """Whether nobody else makes or drops months, until the end of the transaction."""
    session.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(TENDING))))


def _strays(session: Session) -> set[datetime]:
    """Give the months of which the default partition holds something."""
    query = select(func.date_trunc("month", text("at"), "UTC")).distinct().select_from(text(DEFAULT))
    return {month.astimezone(UTC) for month in session.scalars(query)}


def _has_months(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _written(month: datetime) -> ColumnElement[datetime]:
    """Write a month as SQLite keeps moments, and as PostgreSQL reads them on a connection of ours, in UTC."""
    return literal_column(f"'{month:%Y-%m-%d %H:%M:%S.%f}'", PageView.at.type)
