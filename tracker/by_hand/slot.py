"""When the call about why was agreed: a few taps, in the zone of whoever agreed it. PURE."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from tracker.by_hand.reading import ReadingError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

WEEKS = (1, 2, 3, 4, 6)
"""Weeks from now that can be chosen; two is what `product.md` advises."""
USUAL = time(10)
"""The time of day that is offered."""
ON_A_DAY = "day"
_NUMBERS = {1: "one week", 2: "two weeks", 3: "three weeks", 4: "four weeks", 6: "six weeks"}


def shortcuts(today: date) -> list[tuple[str, str, date | None]]:
    """Give what can be chosen: its value, its words, and the day that it means."""
    weeks = [(str(number), f"In {_NUMBERS[number]}", today + timedelta(weeks=number)) for number in WEEKS]
    return [("", "Not agreed", None), *weeks, (ON_A_DAY, "On another day", None)]


def day_of(choice: str, day: date | None, today: date) -> date | None:
    """Give the day that was chosen; None: none was. A day that is named goes before the shortcut.

    Raises:
        ReadingError: another day was chosen and none is named, or there is no such shortcut.

    """
    if day is not None or not choice:
        return day
    if choice == ON_A_DAY:
        msg = "Name the day"
        raise ReadingError(msg)
    if choice not in {str(number) for number in WEEKS}:
        msg = "Choose one of the list"
        raise ReadingError(msg)
    return today + timedelta(weeks=int(choice))


def read_time(text: str) -> time:
    """Read a time of day; blank is the usual one.

    Raises:
        ReadingError: it is none.

    """
    if not text:
        return USUAL
    try:
        return time.fromisoformat(text).replace(tzinfo=None, microsecond=0)
    except ValueError as error:
        msg = "Write the time like 10:30"
        raise ReadingError(msg) from error


def moment_of(day: date, clock: time, zone: ZoneInfo, now: datetime) -> datetime:
    """Give the moment in UTC.

    Raises:
        ReadingError: it is past, or the clocks skip that hour.

    """
    local = datetime.combine(day, clock, zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        msg = "The clocks are put forward over that hour: choose another time"
        raise ReadingError(msg)
    if moment <= now:
        msg = "That is past: choose a time to come"
        raise ReadingError(msg)
    return moment
