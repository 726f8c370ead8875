"""The inbox: what arrived is on disk here before it is answered, and waits to be worked through, in order.

On PostgreSQL it is a table of the database. On SQLite it is a file of its own, and a turnstile lets processes
in one by one: those that meet at the file itself would sleep in its busy handler.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import OperationalError

from tracker.among import among
from tracker.ingest.keep import Keeper
from tracker.models import InboxRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from tracker.db import Database

WAITS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
"""How long a row that failed once, twice, and so on waits until it is tried again."""
MOST_TRIES = len(WAITS) + 1
"""Of a row that cannot be worked through; then it is set aside."""
DRAINING = 0x72696E6762616B
"""The number under which PostgreSQL knows the lock of who works through the inbox."""

HELD_AT_MOST = "60s"
"""For which PostgreSQL believes in a drain that says nothing. Two at once would do no harm."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row of the inbox."""

    id: int
    tries: int
    size: int
    """Characters of what is kept in it."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits."""

    rows: int
    oldest: datetime | None
    """When the first of them came, UTC."""
    set_aside: int
    """Rows that nobody tries any more; they are not among the others."""


class Inbox:
    """One process's way to the inbox, for any of its threads."""

    def __init__(self, database: Database) -> None:
        """Make the inbox's file, where it is one and is not there."""
        self._database = database
        self._engine = database.inbox_engine
        self._keeper = Keeper(self._engine)
        self._turnstile = ""
        if database.is_sqlite:
            self._turnstile = f"{self._engine.url.database}.lock"
            with self._one_by_one(""):
                InboxRow.metadata.create_all(self._engine, [InboxRow.__table__])  # type: ignore[list-item]

    def keep(self, arrivals: Sequence[tuple[datetime, str]]) -> None:
        """Put these at its end, on disk when this returns.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: none of them was kept.

        """
        with self._one_by_one(""):
            self._keeper.keep(arrivals)

    @contextmanager
    def draining(self) -> Iterator[None]:
        """Wait until nobody else works through the inbox, in whatever process, and keep others out meanwhile.

        Raises:
            sqlalchemy.exc.OperationalError: somebody has been at it for very long.

        """
        if self._database.is_sqlite:
            with self._one_by_one("-drain"):
                yield
            return
        # A connection's own lock: it ends with the connection, should the process die.
        with self._database.write_engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            # A host that vanishes, or a process that is frozen, must not keep the lock for good.
            alone.execute(select(func.set_config("idle_session_timeout", HELD_AT_MOST, False)))  # noqa: FBT003  (SQL's)
            alone.execute(select(func.pg_advisory_lock(DRAINING)))
            try:
                yield
            finally:
                with suppress(OperationalError):  # held for too long, it is not ours any more
                    alone.execute(select(func.pg_advisory_unlock(DRAINING)))
                    alone.execute(select(func.set_config("idle_session_timeout", "0", False)))  # noqa: FBT003

    def waiting(self, now: datetime, limit: int) -> list[Waiting]:
        """Give the first rows that may be worked through at `now`."""
        query = (
            select(InboxRow.id, InboxRow.tries, func.length(InboxRow.arrival))
            .where(
                InboxRow.tries < MOST_TRIES, or_(InboxRow.not_before.is_(None), InboxRow.not_before <= now)
            )
            .order_by(InboxRow.id)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [Waiting(*row) for row in connection.execute(query)]

    def texts(self, session: Session, ids: Collection[int]) -> list[str]:
        """Give what is kept in these rows, as far as they are still there, in their order."""
        query = select(InboxRow.arrival).where(among(InboxRow.id, ids)).order_by(InboxRow.id)
        with self._connection(session) as connection:
            return list(connection.scalars(query))

    def begin(self, ids: Collection[int]) -> None:
        """Note that rows are begun with, at once: should that end the process, the next one knows."""
        self._set(ids, tries=InboxRow.tries + 1)

    def take_back(self, ids: Collection[int]) -> None:
        """Note that they were begun with and it was not for them that it came to nothing."""
        self._set(ids, tries=InboxRow.tries - 1)

    def put_off(self, number: int, now: datetime) -> bool:
        """Let a row that was begun with wait for its next try; False: it has none, and is set aside."""
        with self._engine.connect() as connection:
            tries = connection.scalar(select(InboxRow.tries).where(InboxRow.id == number)) or 0
        if tries >= MOST_TRIES:
            return False
        self._set([number], not_before=now + WAITS[max(tries, 1) - 1])
        return True

    def waits_before(self, number: int) -> bool:
        """Whether there is an older row that will be tried, also one that is put off."""
        with self._engine.connect() as connection:
            oldest = connection.scalar(select(func.min(InboxRow.id)).where(InboxRow.tries < MOST_TRIES))
        return oldest is not None and oldest < number

    def forget(self, session: Session | None, ids: Sequence[int]) -> None:
        """Take rows out; in the session's transaction, where the inbox is part of its database."""
        with self._writing(session) as connection:
            connection.execute(delete(InboxRow).where(among(InboxRow.id, ids)))

    def expire(self, before: datetime, *, set_aside_before: datetime | None = None) -> None:
        """Take out what came so long ago and was never worked through: it holds evidence of who was there.

        What is set aside, and nobody will try again by itself, may go sooner.
        """
        over = InboxRow.at < before
        if set_aside_before is not None:
            over |= (InboxRow.at < set_aside_before) & (InboxRow.tries >= MOST_TRIES)
        with self._writing() as connection:
            connection.execute(delete(InboxRow).where(over))

    @property
    def is_apart(self) -> bool:
        """Whether rows can only be taken out after the commit, not with it."""
        return self._database.is_sqlite

    def backlog(self) -> Backlog:
        """Tell how much waits now."""
        waiting = InboxRow.tries < MOST_TRIES
        with self._engine.connect() as connection:
            rows, oldest, both = connection.execute(
                select(
                    func.count().filter(waiting),
                    func.min(InboxRow.at, type_=InboxRow.at.type).filter(waiting),
                    func.count(),
                )
            ).one()
        return Backlog(rows, oldest, both - rows)

    def _set(self, ids: Collection[int], **values: object) -> None:
        with self._writing() as connection:
            connection.execute(update(InboxRow).where(among(InboxRow.id, ids)).values(**values))

    @contextmanager
    def _writing(self, session: Session | None = None) -> Iterator[Connection]:
        with self._one_by_one(""), self._connection(session) as connection:
            yield connection

    @contextmanager
    def _connection(self, session: Session | None) -> Iterator[Connection]:
        if session is not None and not self.is_apart:
            yield session.connection()
            return
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _one_by_one(self, purpose: str) -> Iterator[None]:
        """Let processes in one after the other, in the order of the system's."""
        if not self._turnstile:
            yield
            return
        try:
            handle = os.open(self._turnstile + purpose, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            # The disk is full, or its folder is gone: the database fares no better.
            raise OperationalError(None, None, error) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
