"""When new users work, until they say otherwise: the part of working hours that is policy. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.people.hours import ALL_DAYS, WHOLE_DAY
from tracker.rules.words import RuleName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.rules.words import StoredRules


@dataclass(frozen=True, slots=True)
class DefaultHours:
    """Minutes after midnight in one's own zone, and ISO weekdays: Monday is 1."""

    start: int = 9 * 60
    end: int = 18 * 60
    days: str = "12345"

    @property
    def changes(self) -> dict[str, Any]:
        """What differs from the hours that everybody begins with."""
        mine = {"start": self.start, "end": self.end, "days": self.days}
        return {name: value for name, value in mine.items() if value != getattr(DEFAULT_HOURS, name)}


DEFAULT_HOURS = DefaultHours()


def hours_of(stored: StoredRules) -> DefaultHours:
    """Give them as they are stored."""
    return hours_with(stored.of(RuleName.HOURS))


def hours_with(changes: Mapping[str, Any]) -> DefaultHours:
    """Give them with some changes; hours that never come are left out altogether."""
    start, end = changes.get("start", DEFAULT_HOURS.start), changes.get("end", DEFAULT_HOURS.end)
    days = changes.get("days", DEFAULT_HOURS.days)
    usable = isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= WHOLE_DAY
    known = isinstance(days, str) and days and set(days) <= set(ALL_DAYS)
    return DefaultHours(start, end, days) if usable and known else DEFAULT_HOURS
