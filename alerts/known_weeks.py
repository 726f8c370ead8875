"""Weeks that are over, remembered for a while: what was told in them does not change, what came of it seldom.

Of a year that is seventy thousand alerts, which no page can count anew while somebody waits for it.
"""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING

from alerts.numbers import told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.numbers import Told

KEPT_S = 600.0
"""What is reported about an alert of a week that is over is counted after so many seconds."""
MOST = 150_000
"""Alerts that are remembered, some 25 MB; those of the weeks longest asked for make room."""

Week = tuple["datetime", "datetime"]


class KnownWeeks:
    """Gives what was told in weeks; asks the database for those that it does not know."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._kept: dict[Week, tuple[float, list[Told]]] = {}
        self._lock = Lock()

    def told(self, session: Session, bounds: Sequence[datetime], now: datetime) -> list[Told]:
        """Give the calls of all these weeks, whoever was told; `bounds` as for `alerts.numbers.told`."""
        weeks = list(pairwise(bounds))
        with self._lock:
            known = {week: rows for week in weeks if (rows := self._fresh(week)) is not None}
        missing = [place for place, week in enumerate(weeks) if week not in known]
        if missing:
            # All weeks from the first that is missing: one question instead of several.
            first = missing[0]
            asked: dict[Week, list[Told]] = {week: [] for week in weeks[first:]}
            for row in told(session, bounds[first:]):
                asked[weeks[first + row.week]].append(row)
            known |= asked
            self._keep({week: rows for week, rows in asked.items() if week[1] <= now})
        return [
            row if row.week == place else replace(row, week=place)
            for place, week in enumerate(weeks)
            for row in known[week]
        ]

    def _fresh(self, week: Week) -> list[Told] | None:
        kept_at, rows = self._kept.get(week, (None, []))
        return rows if kept_at is not None and time.monotonic() - kept_at <= KEPT_S else None

    def _keep(self, weeks: dict[Week, list[Told]]) -> None:
        with self._lock:
            for week, rows in weeks.items():
                self._kept.pop(week, None)
                self._kept[week] = (time.monotonic(), rows)
            while sum(len(rows) for _, rows in self._kept.values()) > MOST:
                del self._kept[next(iter(self._kept))]
