"""What users, and admins for them, may change on the pages, read from what was typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from tracker.errors import PlainError
from tracker.names import name_key
from tracker.people.hours import ALL_DAYS, WHOLE_DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.models import User

NAME_LENGTH = 200
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::00)?")


class DetailError(PlainError):
    """What was typed cannot be; the message says what to type."""


@dataclass(frozen=True, slots=True)
class Details:
    """What is said of a user."""

    name: str
    time_zone: str
    hours: tuple[int, int]
    """Minutes after midnight."""
    days: str
    deputy_id: int | None
    away_from: date | None
    away_until: date | None

    def give_to(self, user: User, *, by_self: bool) -> None:
        """Say it of a user; `by_self`: they say it themselves, and a new name is one they chose."""
        if name_key(self.name) != name_key(user.name):
            user.named_self = by_self
        user.name, user.time_zone = self.name, self.time_zone
        user.hours_start, user.hours_end = self.hours
        user.work_days, user.deputy_id = self.days, self.deputy_id
        user.away_from, user.away_until = self.away_from, self.away_until


def read_name(text: str) -> str:
    """Read a name.

    Raises:
        DetailError: it is blank or too long.

    """
    name = " ".join(text.split())
    if not name or len(name) > NAME_LENGTH:
        msg = "Write a name, like Sam Reed"
        raise DetailError(msg)
    return name


def read_zone(text: str) -> str:
    """Read the name of a time zone, whatever its case; blanks count as underscores.

    Raises:
        DetailError: there is none of that name.

    """
    wanted = text.strip().replace(" ", "_").casefold()
    found = next((zone for zone in available_timezones() if zone.casefold() == wanted), None)
    if found is None:
        msg = "Write a time zone like Europe/London, or choose one of the list"
        raise DetailError(msg)
    return found


def read_clock(text: str) -> int:
    """Read `09:00` as minutes after midnight.

    Raises:
        DetailError: no clock shows that.

    """
    found = _CLOCK.fullmatch(text.strip())
    minutes = int(found[1]) * 60 + int(found[2]) if found and int(found[2]) < 60 else WHOLE_DAY + 1  # noqa: PLR2004
    if minutes > WHOLE_DAY:
        msg = "Write a time like 09:00"
        raise DetailError(msg)
    return minutes


def until(start: int, end: int) -> tuple[int, int]:
    """Put two times together as working hours; an end at midnight is the end of the day.

    Raises:
        DetailError: they do not begin before they end.

    """
    end = end or WHOLE_DAY
    if start >= end:
        msg = "Working hours end after they begin, on the same day"
        raise DetailError(msg)
    return start, end


def read_days(chosen: Sequence[str]) -> str:
    """Read weekdays, Monday is 1.

    Raises:
        DetailError: none is chosen.

    """
    days = "".join(day for day in ALL_DAYS if day in chosen)
    if not days:
        msg = "Choose at least one day"
        raise DetailError(msg)
    return days


def read_day(text: str) -> date | None:
    """Read a day; None where nothing is written.

    Raises:
        DetailError: it is no day.

    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        msg = "Write a day like 2026-08-03"
        raise DetailError(msg) from error


def check_away(first: date | None, last: date | None) -> None:
    """Make sure that an absence is one.

    Raises:
        DetailError: it ends before it begins, or has no beginning.

    """
    if last is not None and first is None:
        msg = "Write the first day away, too"
        raise DetailError(msg)
    if first is not None and last is not None and last < first:
        msg = "The last day away is not before the first"
        raise DetailError(msg)
