"""A rep's limit of calls a day, also where only the visits of some companies are replayed. PURE.

Of every sixth company a rep has about a sixth of their visits, of which a sixth of a limit is no whole
number, and what is left of it one day is lost. Six reps who are about as busy on a day have one rep's visits
together, and one rep's limit: whether they have fewer visits than that or more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from alerts.rules.replay import Desk

MIDDLE = timedelta(minutes=30)
"""The visits of an hour are taken for visits of its middle, to say whether somebody worked."""


class Group(NamedTuple):
    """Reps whose calls of a day count against one limit."""

    first: int
    """The id of one of them, which stands for all."""
    reps: int


def groups_of(loads: Mapping[int, int], every: int) -> dict[int, Group]:
    """Put those who are about as busy together, `every` of them or nearly so; all, where they are fewer.

    `loads` are visits by rep. Of all companies each is by themselves.
    """
    reps = sorted(loads, key=lambda rep: (loads[rep], rep))
    parts = max(1, round(len(reps) / every))
    groups = {}
    for part in range(parts):
        some = reps[part * len(reps) // parts : (part + 1) * len(reps) // parts]
        groups |= {rep: Group(some[0], len(some)) for rep in some}
    return groups


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


def day_s_share(limit: int, reps: int, every: int, day: int) -> int:
    """Give how many calls of a day so many reps have of every so many companies.

    As many reps have the limit. Of others it is no whole number: over `every` days it comes to what it is.
    """
    calls = limit * reps
    return (day + 1) * calls // every - day * calls // every


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
        self._groups: dict[date, dict[int, Group]] = {}
        self._calls: dict[tuple[int, date], int] = defaultdict(int)

    def is_full(self, rep: int, day: date) -> bool:
        """Whether they have no call left on that day."""
        group = self._group(rep, day)
        share = day_s_share(self._limit, group.reps, self._every, day.toordinal() + group.first)
        return self._calls[group.first, day] >= share

    def count(self, rep: int, day: date) -> None:
        """Count a call."""
        self._calls[self._group(rep, day).first, day] += 1

    def _group(self, rep: int, day: date) -> Group:
        groups = self._groups.get(day)
        if groups is None:
            loads = self._loads.get(day) or self._others
            groups = self._groups[day] = groups_of(loads, self._every)
        return groups.get(rep) or Group(rep, 1)
