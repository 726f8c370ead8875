"""Is this process ready? Can what arrives be kept, and does the broker answer?

Asked by balancers and by whoever likes, so it costs little and never hangs: one look at a time, on a thread
of its own; whoever asks meanwhile is told what is known. A process that is not ready says why by name.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from shutil import disk_usage
from typing import TYPE_CHECKING, Generic, TypeVar

from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from tracker.schema import is_older

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.db import Database

T = TypeVar("T")

WAIT_S = 2.0
"""Longest wait for a look at the database or the broker."""
KEPT_S = 1.0
BROKER_KEPT_S = 10.0
"""A look at the broker opens a connection; and nothing hangs on it."""
NEEDED_ROOM = 8 * 1024 * 1024
"""Bytes that must be free beside a SQLite file: two write-ahead logs of the 1,000 pages that they grow to."""


class Trouble(StrEnum):
    """Why a process cannot take anything in."""

    NONE = ""
    LATE = "the database does not answer in time"
    AWAY = "the database cannot be written to"
    TABLES = "the database's tables are not up to date"
    FULL = "the disk is full"


@dataclass(slots=True)
class LastLook(Generic[T]):
    """What a look found, for a while. One look at a time; nobody waits for longer than `wait_s` seconds."""

    look: Callable[[], T]
    late: T
    """What is said while a look takes too long."""
    kept_s: float
    wait_s: float = WAIT_S
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _found: T | None = None
    _found_at: float = float("-inf")
    _begun_at: float = 0.0
    _running: threading.Event | None = None

    def value(self) -> T:
        """Give what was found lately, or look; `late` when that takes too long."""
        with self._lock:
            now = time.monotonic()
            if self._found is not None and now - self._found_at < self.kept_s:
                return self._found
            begun = self._running is None
            if self._running is None:
                self._running, self._begun_at = threading.Event(), now
                threading.Thread(target=self._run, args=(self._running,), name="look", daemon=True).start()
            running, last = self._running, self._found
            left_s = self._begun_at + self.wait_s - now
        if left_s <= 0:
            return self.late
        if last is not None and not begun:
            return last
        if not running.wait(left_s):
            return self.late
        with self._lock:
            return self.late if self._found is None else self._found

    def _run(self, done: threading.Event) -> None:
        found: T | None = None
        try:
            found = self.look()
        finally:
            with self._lock:
                self._found, self._found_at, self._running = found, time.monotonic(), None
            done.set()


def readiness(database: Database) -> LastLook[Trouble]:
    """Look at the database for as long as the process runs, at most once a second."""
    return LastLook(lambda: trouble(database), Trouble.LATE, KEPT_S)


def trouble(database: Database) -> Trouble:
    """Say what keeps a hit from being kept in the database now."""
    if database.is_sqlite and _room(database) < NEEDED_ROOM:
        return Trouble.FULL
    try:
        with database.read_engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
        _write(database)
    except SQLAlchemyError:
        return Trouble.AWAY
    # Newer ones are taken: else an update would take every process out before the first new one is there.
    return Trouble.TABLES if is_older(revision) else Trouble.NONE


def _room(database: Database) -> int:
    """Give the bytes that are free where the database's file is."""
    file = database.write_engine.url.database
    try:
        return disk_usage(Path(file).parent).free if file else NEEDED_ROOM
    except OSError:
        return NEEDED_ROOM  # the folder is gone, as the database will say


def _write(database: Database) -> None:
    """Commit something durably that leaves nothing behind.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: it cannot be.

    """
    if database.is_sqlite:
        # What arrives is kept in the inbox's file, and no import that holds the database's keeps it waiting.
        with database.inbox_engine.connect() as connection:
            connection.execute(text("BEGIN IMMEDIATE"))
            connection.execute(text("COMMIT"))
        return
    with database.write_engine.begin() as connection:
        # A record in the write-ahead log that nobody reads: an empty transaction would not reach the disk.
        connection.execute(text("SELECT pg_logical_emit_message(true, 'ringback', '')"))
