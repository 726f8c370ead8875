"""Times as their reader wants them: in words and their own zone, the exact moment on hover."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import format_date, format_datetime
from markupsafe import Markup

LOCALE = "en_GB"
"""The pages are in English; days come before months, clocks have 24 hours."""
EXACT = "EEEE d MMMM y, HH:mm:ss zzzz"
ELSEWHERE = "UTC"


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose clock a page shows, and what time it is (UTC)."""

    zone: ZoneInfo
    now: datetime

    @classmethod
    def of(cls, time_zone: str, now: datetime) -> Reader:
        """Give a reader in the zone of this name; in UTC where it is none any more."""
        return cls(ZoneInfo(time_zone if time_zone in available_timezones() else ELSEWHERE), now)

    @property
    def today(self) -> date:
        """The reader's own day."""
        return self.now.astimezone(self.zone).date()

    def time(self, at: datetime) -> Markup:
        """Write a moment, e.g. `today 14:02` or `3 Mar 2025, 09:30`."""
        local = at.astimezone(self.zone)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(
            at.isoformat(timespec="seconds"), format_datetime(local, EXACT, locale=LOCALE), self._words(local)
        )

    def day(self, day: date) -> Markup:
        """Write a day, e.g. `14 Mar 2025`."""
        return Markup('<time datetime="{}">{}</time>').format(
            day.isoformat(), format_date(day, "d MMM y", locale=LOCALE)
        )

    def _words(self, local: datetime) -> str:
        clock = f"{local:%H:%M}"
        if local.date() == self.today:
            return f"today {clock}"
        if local.date() == self.today - timedelta(days=1):
            return f"yesterday {clock}"
        pattern = "EEE d MMM" if local.year == self.today.year else "d MMM y"
        return f"{format_date(local.date(), pattern, locale=LOCALE)}, {clock}"
