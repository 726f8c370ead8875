"""Weeks that are over, remembered for a while: what was told in them does not change, what came of it seldom.

Of a year that is seventy thousand alerts, which no page can count anew while somebody waits for it.
"""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING

from alerts.numbers import piled, told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.numbers import Pile

KEPT_S = 600.0
"""What is reported about an alert of a week that is over is counted after so many seconds."""
MOST = 50_000
"""Piles that are remembered, some 20 MB; those of the weeks longest asked for make room."""

Week = tuple["datetime", "datetime"]


class KnownWeeks:
    """Gives what was told in weeks; asks the database for those that it does not know."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._kept: dict[Week, tuple[float, list[Pile]]] = {}
        self._lock = Lock()

    def piles(self, session: Session, bounds: Sequence[datetime], now: datetime) -> list[Pile]:
        """Give the calls of all these weeks, added up; `bounds` as for `alerts.numbers.told`."""
        weeks = list(pairwise(bounds))
        with self._lock:
            known = {week: piles for week in weeks if (piles := self._fresh(week)) is not None}
        missing = [place for place, week in enumerate(weeks) if week not in known]
        if missing:
            # All weeks from the first that is missing: one question instead of several.
            first = missing[0]
            asked: dict[Week, list[Pile]] = {week: [] for week in weeks[first:]}
            for pile in piled(told(session, bounds[first:])):
                asked[weeks[first + pile.week]].append(pile)
            known |= asked
            self._keep({week: piles for week, piles in asked.items() if week[1] <= now})
        return [
            pile if pile.week == place else replace(pile, week=place)
            for place, week in enumerate(weeks)
            for pile in known[week]
        ]

    def _fresh(self, week: Week) -> list[Pile] | None:
        kept_at, piles = self._kept.get(week, (None, []))
        return piles if kept_at is not None and time.monotonic() - kept_at <= KEPT_S else None

    def _keep(self, weeks: dict[Week, list[Pile]]) -> None:
        with self._lock:
            for week, piles in weeks.items():
                self._kept.pop(week, None)
                self._kept[week] = (time.monotonic(), piles)
            while sum(len(piles) for _, piles in self._kept.values()) > MOST:
                del self._kept[next(iter(self._kept))]
