"""What is asked of the figures: which month, as seen from where, and whose. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tracker.calendar_month import YEAR, Month

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """One look at a month and the twelve that end with it."""

    month: Month
    zone: str
    """IANA name of the reader's zone: a month begins at their midnight."""
    today: date
    """The reader's own day: no deal is lost after it."""
    whose: tuple[int, ...] | None = None
    """The users within the reader's reach, in order; None: everybody's."""

    @property
    def first(self) -> Month:
        """Give the first of the twelve months."""
        return self.month.later(1 - YEAR)

    @property
    def bounds(self) -> tuple[datetime, datetime, datetime]:
        """Give when the twelve months begin, when the month begins, and when both end, UTC."""
        zone = ZoneInfo(self.zone)
        return self.first.begins(zone), self.month.begins(zone), self.month.ends(zone)

    def is_theirs(self, user_id: int | None) -> bool:
        """Tell whether something of this user's is within reach; what is nobody's is within everybody's."""
        return self.whose is None or user_id is None or user_id in self.whose
