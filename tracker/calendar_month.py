"""A month of the calendar, and its bounds where its reader is. PURE."""

from __future__ import annotations

import re
from calendar import month_name
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

FIRST_YEAR = 1990
"""No CRM knows deals from before; an address with an earlier year is nonsense."""
YEAR = 12
_SLUG = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month of one year."""

    year: int
    number: int
    """1 is January."""

    @classmethod
    def of(cls, day: date) -> Month:
        """Give the month of a day."""
        return cls(day.year, day.month)

    @classmethod
    def read(cls, text: str) -> Month | None:
        """Read e.g. `2026-10`; None where it is no month that there can be."""
        found = _SLUG.fullmatch(text)
        month = cls(int(found[1]), int(found[2])) if found else None
        return month if month and month.year >= FIRST_YEAR else None

    def later(self, months: int) -> Month:
        """Give the month so many months later; earlier with a negative number."""
        place = self.year * YEAR + self.number - 1 + months
        return Month(place // YEAR, place % YEAR + 1)

    @property
    def slug(self) -> str:
        """Write it as addresses have it."""
        return f"{self.year:04}-{self.number:02}"

    @property
    def name(self) -> str:
        """Write e.g. `October 2026`."""
        return f"{month_name[self.number]} {self.year}"

    @property
    def first_day(self) -> date:
        """Give its first day."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """Give its last day."""
        return self.end_day - timedelta(days=1)

    @property
    def end_day(self) -> date:
        """Give the first day of the next month."""
        return self.later(1).first_day

    def begins(self, zone: tzinfo) -> datetime:
        """Give its beginning where somebody is, as UTC, whatever clocks do in it."""
        return datetime.combine(self.first_day, time(), zone).astimezone(UTC)

    def ends(self, zone: tzinfo) -> datetime:
        """Give the beginning of the next month there, as UTC."""
        return self.later(1).begins(zone)
