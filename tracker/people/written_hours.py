"""Working hours as people write them: `09:00-18:00`, `always`, `1-5`. PURE."""

from __future__ import annotations

import re

from tracker.errors import PlainError
from tracker.people.hours import ALL_DAYS, WHOLE_DAY, WorkingHours

ALWAYS = "always"
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_HOURS = re.compile(r"(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)")  # noqa: RUF001  (people type the dash)


class HoursError(PlainError):
    """Nobody can work then."""


def read_hours(text: str) -> tuple[int, int]:
    """Read `09:00-18:00` (or `always`) as minutes after midnight.

    Raises:
        HoursError: it says no hours, or they do not begin before they end.

    """
    if text.strip().casefold() == ALWAYS:
        return 0, WHOLE_DAY
    found = _HOURS.fullmatch(text.strip())
    if found:
        hour, minute, last_hour, last_minute = map(int, found.groups())
        start, end = hour * 60 + minute, last_hour * 60 + last_minute
        if max(minute, last_minute) < 60 and start < end <= WHOLE_DAY:  # noqa: PLR2004  (minutes)
            return start, end
    msg = f"{text!r} are no working hours; write 09:00-18:00 (within one day), or {ALWAYS}"
    raise HoursError(msg)


def read_days(text: str) -> str:
    """Read `1-5` or `1,3,5` as ISO weekdays, Monday is 1.

    Raises:
        HoursError: it names no weekdays.

    """
    days: set[str] = set()
    for part in text.replace(" ", "").split(","):
        found = re.fullmatch(r"([1-7])(?:-([1-7]))?", part)
        if found is None or int(found[2] or found[1]) < int(found[1]):
            msg = f"{text!r} are no working days; write 1-5 for Monday to Friday, or 1,3,5"
            raise HoursError(msg)
        days |= {str(day) for day in range(int(found[1]), int(found[2] or found[1]) + 1)}
    return "".join(sorted(days))


def written(hours: WorkingHours) -> str:
    """Write working hours for people to read: `Mon-Fri 09:00-18:00`, `always`."""
    if hours.around_the_clock:
        return ALWAYS
    days = "".join(sorted(set(hours.days)))
    names = [DAY_NAMES[int(day) - 1] for day in days]
    in_a_row = len(days) > 1 and days in ALL_DAYS
    when = f"{names[0]}-{names[-1]}" if in_a_row else " ".join(names)
    return f"{when} {_clock(hours.start)}-{_clock(hours.end)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
