"""How many follow-ups does a rep get in a day? PURE.

The day on which a year's losses are imported must not bury anybody: the dearest come first, the rest on the
days after. What was agreed with a prospect keeps its day, whatever else there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from alerts.followups.working_days import LONGEST_REST, on_or_after

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from alerts.followups.working_days import Calendar

MOST_A_DAY = 3
"""Check-ins that a rep gets in a day; with the calls that visits cause it is what one does beside selling."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A follow-up of a rep that may wait."""

    key: int
    on: date
    """Not before."""
    value_minor: int
    """Of the deal, in hundredths."""
    calendar: Calendar
    """Of the prospect's country."""


def spread(
    waiting: Iterable[Waiting], today: date, calendar: Calendar, taken: Mapping[date, int] | None = None
) -> dict[int, date]:
    """Give each of one rep's follow-ups its day: at most `MOST_A_DAY` on each of the rep's working days.

    Of those that may have a day the dearest gets it, of equals the one that waits longest. `taken` are
    places that are gone already, by day.
    """
    taken = taken or {}
    never = _never_both(waiting := list(waiting), today, calendar)
    rest = sorted(waiting, key=lambda one: one.on, reverse=True)
    ready: list[tuple[int, date, int, Waiting]] = []
    days: dict[int, date] = {}
    day = on_or_after(today, calendar)
    while rest or ready:
        if not ready and rest[-1].on > day:
            day = on_or_after(rest[-1].on, calendar)
        while rest and rest[-1].on <= day:
            one = rest.pop()
            heappush(ready, (-one.value_minor, one.on, one.key, one))
        resting = []
        room = MOST_A_DAY - taken.get(day, 0)
        while ready and room > 0:
            first = heappop(ready)
            if id(first[-1].calendar) in never or first[-1].calendar.is_working_day(day):
                days[first[-1].key] = day
                room -= 1
            else:
                resting.append(first)  # it is a holiday where they are
        for one_more in resting:
            heappush(ready, one_more)
        day = on_or_after(day + timedelta(days=1), calendar)
    return days


def _never_both(waiting: Iterable[Waiting], today: date, calendar: Calendar) -> frozenset[int]:
    """Find the calendars, by `id`, of those who rest whenever the rep works: the rep's days hold for them.

    Twice the longest rest tells: within it everybody works who ever does on one of the rep's weekdays.
    """
    theirs = {id(one.calendar): one.calendar for one in waiting}
    days = [today + timedelta(days=later) for later in range(2 * LONGEST_REST.days)]
    open_days = [day for day in days if calendar.is_working_day(day)]
    return frozenset(
        number for number, one in theirs.items() if not any(one.is_working_day(day) for day in open_days)
    )
