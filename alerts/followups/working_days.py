"""Which days people work in a prospect's country. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Protocol

from holidays import country_holidays

if TYPE_CHECKING:
    from datetime import date

SATURDAY = 5
"""Where no country is known, the working week is from Monday to Friday."""
LONGEST_REST = timedelta(days=14)
"""No country rests for longer in one piece; a calendar that says otherwise is not believed."""


class Calendar(Protocol):
    """Says which days are working days."""

    def is_working_day(self, day: date) -> bool:
        """Tell whether people work on this day."""
        ...


@dataclass(frozen=True, slots=True)
class PlainWeek:
    """Monday to Friday, without holidays: of whom nobody knows the country."""

    def is_working_day(self, day: date) -> bool:
        """Tell whether people work on this day."""
        return day.weekday() < SATURDAY


@cache
def calendar_of(country: str) -> Calendar:
    """Give the public holidays and weekends of a country by its ISO code; `PlainWeek` where unknown."""
    try:
        found: Calendar = country_holidays(country)
    except NotImplementedError:
        return PlainWeek()
    return found


def on_or_after(day: date, calendar: Calendar) -> date:
    """Give the first working day from `day` on; `day` itself when none comes within `LONGEST_REST`."""
    for later in range(LONGEST_REST.days + 1):
        found = day + timedelta(days=later)
        if calendar.is_working_day(found):
            return found
    return day
