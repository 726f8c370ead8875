"""Figures that are read from the rows when they are asked for: drops by name, and the inbox.

Every process gives the same ones, since they are the installation's: take the largest, not the sum, where
several machines are asked.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from tracker.ingest.inbox import Inbox
from tracker.models import Drop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.db import Database

KEPT_S = 5.0
"""How long the figures are good for, so that eager readers cost the database nothing."""

Look: TypeAlias = Callable[[Session, datetime], Iterable[Metric]]
"""Reads figures from the database."""


class RowMetrics(Collector):
    """Reads the installation's figures; while the database is away they are left out, and that is said."""

    def __init__(self, database: Database, clock: Callable[[], datetime], *more: Look) -> None:
        """Look at nothing yet; `more` reads tables that the tracker does not know."""
        self._database = database
        self._clock = clock
        self._looks = (drops, *more)
        self._lock = threading.Lock()
        self._kept: list[Metric] = []
        self._kept_until = float("-inf")

    def collect(self) -> Iterator[Metric]:
        """Give the figures as they were a few seconds ago at most."""
        with self._lock:
            if time.monotonic() >= self._kept_until:
                self._kept = self._look()
                self._kept_until = time.monotonic() + KEPT_S
            found = self._kept
        yield from found

    def _look(self) -> list[Metric]:
        try:
            try:
                found = self._read()
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                found = self._read()  # the server was started anew since the connection was last used
        except SQLAlchemyError:
            return [_answers(yes=False)]
        return [_answers(yes=True), *found]

    def _read(self) -> list[Metric]:
        now = self._clock()
        with self._database.reading() as session:
            found = [metric for look in self._looks for metric in look(session, now)]
        return [*found, *inbox(self._database, now)]


def drops(session: Session, now: datetime) -> Iterator[Metric]:
    """Count the hits that were dropped, by the drop's name."""
    del now
    family = CounterMetricFamily("ringback_drops", "Hits that were not stored, by reason.", labels=["reason"])
    for reason, number in session.execute(select(Drop.reason, Drop.count).order_by(Drop.reason)):
        family.add_metric([reason], number)
    yield family


def inbox(database: Database, now: datetime) -> Iterator[Metric]:
    """Tell how much is kept and not worked through, and for how long."""
    found = Inbox(database).backlog()
    age_s = max((now - found.oldest).total_seconds(), 0) if found.oldest else 0
    for name, said, value in (
        ("waiting", "Requests kept and not worked through yet.", found.rows),
        ("oldest_seconds", "For how long the oldest of them has waited.", age_s),
        ("set_aside", "Requests that could not be worked through, and are left alone.", found.set_aside),
    ):
        yield GaugeMetricFamily(f"ringback_inbox_{name}", said, value=value)


def _answers(*, yes: bool) -> Metric:
    return GaugeMetricFamily("ringback_database_up", "Whether the database answered.", value=float(yes))
