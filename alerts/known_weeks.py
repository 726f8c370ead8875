"""What was told in weeks, remembered for a while: longer of weeks that are over, of which little changes.

Of a year that is seventy thousand alerts, which no page can count anew while somebody waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from alerts.numbers import in_sizes, piled, told
from tracker.remembered import Remembered, first_failed

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from datetime import datetime

    from alerts.numbers import Pile, Piles
    from tracker.db import Database

KEPT = timedelta(minutes=10)
"""What is reported about an alert of a week that is over is counted after this time."""
THIS_KEPT = timedelta(minutes=1)
"""The same of the week that goes on."""
UNREAD = timedelta(hours=1)
"""Weeks that nobody has asked for in so long a time are dropped: the next one waits a moment for them."""
LARGE = 500
"""Alerts in this week: of fewer, they are counted whenever they are asked for."""
MOST = 150_000
"""Piles of weeks that are over that are remembered, for all readers of a process together: the four lengths
of time as two zones count them. Those longest unread make room. A year of 110,000 alerts by 80 reps is 40,000
piles in 9 MB (measured; 15 MB, had each of them won something back).
"""
THIS_MOST = 15_000
"""The same of weeks that go on. All are 40 MB then, 65 MB at most, in each process of the web."""

Bounds: TypeAlias = "tuple[datetime, ...]"
"""When each week begins, oldest first, and when the last one ends (UTC)."""


@dataclass(frozen=True, slots=True)
class Weeks:
    """What was told in some weeks that are over, and in the one that goes on."""

    parts: tuple[Piles, ...]
    over_at: datetime
    """When the weeks that are over were counted, UTC."""
    this_at: datetime

    def by_week(self, whose: Container[int | None], reason: str | None) -> Iterator[Pile]:
        """Give what was told to these of deals lost for this reason, or for any: to be added up by week."""
        for part in self.parts:
            yield from _those(part.by_week if reason is None else part.each, whose, reason)

    def by_reason(self, whose: Container[int | None], reason: str | None) -> Iterator[Pile]:
        """Give the same, to be added up by anything but by week."""
        for part in self.parts:
            yield from _those(part.by_reason, whose, reason)


@dataclass(frozen=True, slots=True)
class Looked:
    """What is known of the weeks that were asked for."""

    weeks: Weeks | None
    """None: they were never counted yet."""
    counting: bool
    """Some are being counted, for the first time or anew."""
    failed_since: datetime | None
    """Since when some could not be counted, UTC; None: all could."""


class KnownWeeks:
    """Gives what was told in weeks."""

    def __init__(self, database: Database) -> None:
        """Take where to look; it knows nothing yet."""
        self._database = database
        self._over: Remembered[Bounds, Piles] = Remembered(
            lambda spans: {span: self._count(span) for span in spans},
            lambda _: True,
            KEPT,
            unread=UNREAD,
            most=MOST,
            weigh=_weight,
        )
        self._this: Remembered[tuple[int, Bounds], Piles] = Remembered(
            lambda weeks: {(place, week): self._count(week, place) for place, week in weeks},
            lambda piles: sum(pile.alerts for pile in piles.by_reason) >= LARGE,
            THIS_KEPT,
            unread=UNREAD,
            most=THIS_MOST,
            weigh=_weight,
        )

    def of(self, bounds: Sequence[datetime], now: datetime) -> Looked:
        """Give the calls of all these weeks, two or more; `bounds` as for `alerts.numbers.told`."""
        *over, end = bounds
        span, week = tuple(over), (len(over) - 1, (over[-1], end))
        before, lately = self._over.get([span], now), self._this.get([week], now)
        known, this = before.known.get(span), lately.known.get(week)
        return Looked(
            Weeks((known.value, this.value), known.at, this.at) if known and this else None,
            before.counting or lately.counting,
            first_failed(before, lately),
        )

    def _count(self, bounds: Bounds, first: int = 0) -> Piles:
        with self._database.reading() as session:
            return in_sizes(piled(told(session, bounds, first)))


def _weight(piles: Piles) -> int:
    return len(piles.each) + len(piles.by_week) + len(piles.by_reason)


def _those(piles: Iterable[Pile], whose: Container[int | None], reason: str | None) -> Iterator[Pile]:
    return (pile for pile in piles if pile.user_id in whose and reason in (None, pile.reason))
