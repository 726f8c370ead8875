"""A rep's limit of calls a day, also where only the visits of some companies are replayed. PURE.

Of every sixth company a rep has about a sixth of their visits, of which a sixth of a limit is no whole
number, and what is left of it one day is lost. Six reps who are about as busy on a day have one rep's visits
together, and one rep's limit: whether they have fewer visits than that or more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from alerts.rules.replay import Desk

MIDDLE = timedelta(minutes=30)
"""The visits of an hour are taken for visits of its middle, to say whether somebody worked."""


@dataclass(slots=True)
class Left:
    """What is left of a day's calls to those who share them."""

    calls: int


def groups_of(loads: Mapping[int, int], every: int) -> list[list[int]]:
    """Put those who are about as busy together, `every` of them or nearly so; all, where they are fewer.

    `loads` are visits by rep. Of all companies each is by themselves.
    """
    reps = sorted(loads, key=lambda rep: (loads[rep], rep))
    parts = max(1, round(len(reps) / every))
    return [reps[part * len(reps) // parts : (part + 1) * len(reps) // parts] for part in range(parts)]


def by_day(
    hourly: Mapping[int, Mapping[datetime, int]], desks: Mapping[int, Desk]
) -> dict[date, dict[int, int]]:
    """Count the visits in each rep's hours by day, from those by rep and hour; the days are the rep's.

    Who is away, or does not work on that day, is not among them.
    """
    loads: dict[date, dict[int, int]] = defaultdict(Counter)

    @cache  # most work the same hours
    def worked(desk: Desk, hour: datetime) -> date | None:
        return hour.astimezone(desk.zone).date() if desk.hours.is_open(hour + MIDDLE) else None

    for rep, hours in hourly.items():
        desk = desks.get(rep)
        for hour, visits in hours.items() if desk else ():
            day = worked(desk, hour) if desk else None
            if day is not None:
                loads[day][rep] += visits
    return loads


class Limits:
    """Counts the calls of each day."""

    def __init__(
        self, limit: int, every: int, loads: Mapping[date, Mapping[int, int]], reps: Mapping[int, object]
    ) -> None:
        """Take calls a rep and day, visits by day and rep, and who is there on other days, all as busy."""
        self._limit = limit
        self._every = every
        self._loads = loads
        self._others = dict.fromkeys(reps, 0)
        self._days: dict[date, dict[int, Left]] = {}
        self._over = 0
        """What the last group could not have, as part of a call: the next one gets it."""

    def left(self, rep: int | None, day: date) -> Left:
        """Give what is left to them of that day; nobody is not kept from calling."""
        if rep is None:
            return Left(self._limit)
        lefts = self._days.get(day)
        if lefts is None:
            lefts = self._days[day] = {}
            for group in groups_of(self._loads.get(day) or self._others, self._every):
                lefts |= dict.fromkeys(group, self._share(len(group)))
        left = lefts.get(rep)
        if left is None:
            left = lefts[rep] = self._share(1)
        return left

    def _share(self, reps: int) -> Left:
        """Give so many reps their part of a limit: `every` of them have one."""
        calls, self._over = divmod(self._over + self._limit * reps, self._every)
        return Left(calls)
