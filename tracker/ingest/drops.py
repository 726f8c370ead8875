"""Every drop has a name and is counted.

Counts gather in memory and are written every few seconds, so that a stranger's request costs no row
and no write of its own.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from tracker.ingest.hit import DropReason
from tracker.models import Drop

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.db import Database

FLUSH_EVERY_S = 2.0
CLOSE_WITHIN_S = 5.0

log = logging.getLogger(__name__)


def seed_drops(session: Session) -> None:
    """Make one row a reason, so that counting never adds any; done again, it changes nothing."""
    there = set(session.scalars(select(Drop.reason)))
    session.add_all(Drop(reason=reason.value, count=0) for reason in DropReason if reason.value not in there)


class DropCounter:
    """Counts drops by reason for one process; safe to use from many threads."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self._lock = threading.Lock()
        self._flushing = threading.Lock()
        self._counts: Counter[DropReason] = Counter()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def count(self, reason: DropReason) -> None:
        """Remember one drop."""
        with self._lock:
            self._counts[reason] += 1

    def flush(self, database: Database, now: datetime) -> None:
        """Add what was counted to the rows; what cannot be written is kept for the next time."""
        # One at a time: who comes back from here knows that all counted before is written, by whomever.
        with self._flushing:
            with self._lock:
                counts, self._counts = self._counts, Counter()
            if counts:
                self._write(database, counts, now)

    def _write(self, database: Database, counts: Counter[DropReason], now: datetime) -> None:
        try:
            with database.writing() as session:
                for reason, number in sorted(counts.items()):
                    session.execute(
                        update(Drop)
                        .where(Drop.reason == reason.value)
                        .values(count=Drop.count + number, last_at=now)
                    )
        except SQLAlchemyError as error:
            log.warning("drops not counted yet: %s", type(error).__name__)
            with self._lock:
                self._counts.update(counts)

    def keep_flushing(self, database: Database, clock: Callable[[], datetime]) -> None:
        """Flush every few seconds on a thread of its own, until `close`."""

        def run() -> None:
            while not self._stop.wait(FLUSH_EVERY_S):
                self.flush(database, clock())
            self.flush(database, clock())

        self._thread = threading.Thread(target=run, name="drop-counter", daemon=True)
        self._thread.start()

    def close(self, timeout_s: float = CLOSE_WITHIN_S) -> None:
        """Stop flushing; what is left is written first, as far as the database takes it in time."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
