"""Days and moments as people say them. PURE.

English month names are written here, not taken from the machine's locale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from datetime import date, datetime

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SHORT = 3
WEEK = 7
UTC_ZONE = ZoneInfo("UTC")
"""Of readers whose zone is none."""


def zone_named(name: str) -> ZoneInfo | None:
    """Open an IANA zone; None when there is no such zone."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def month_and_year(day: date) -> str:
    """Write e.g. `Mar 2025`."""
    return f"{MONTHS[day.month - 1][:SHORT]} {day.year}"


def day_in_words(day: date, today: date) -> str:
    """Write e.g. `12 Jan`, with the year when it is not today's."""
    words = f"{day.day} {MONTHS[day.month - 1][:SHORT]}"
    return words if day.year == today.year else f"{words} {day.year}"


def about_month(day: date, today: date) -> str:
    """Write e.g. `March`, with the year when it is not today's."""
    return MONTHS[day.month - 1] if day.year == today.year else f"{MONTHS[day.month - 1]} {day.year}"


def moment_in_words(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Write e.g. `today 08:15`, `yesterday 17:40`, `Mon 17:40`, `2 Mar 17:40`, in `zone`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    days = (today - local.date()).days
    if days <= 0:
        day = "today"
    elif days == 1:
        day = "yesterday"
    elif days < WEEK:
        day = WEEKDAYS[local.weekday()]
    else:
        day = day_in_words(local.date(), today)
    return f"{day} {local:%H:%M}"


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """Give the calendar day of a moment in `zone`."""
    return at.astimezone(zone).date()


def ordinal(number: int) -> str:
    """Write e.g. `2nd`."""
    last = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{last}"


def how_long(milliseconds: int) -> str:
    """Write a time on a page: seconds below a minute, then whole minutes, never more than was seen."""
    seconds = milliseconds // 1000
    if seconds <= 0:
        return ""
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min"  # noqa: PLR2004  (a minute)
