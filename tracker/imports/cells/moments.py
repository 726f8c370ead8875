"""Moments as forms and exports write them: a date, and the time of day where there is one. PURE."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

from tracker.imports.cells.dates import parse_date
from tracker.imports.cells.fault import CellError

if TYPE_CHECKING:
    from tracker.imports.cells.dates import DateOrder

_TIME = re.compile(
    r"[T,\s](?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<part>\d+))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?$"
)
_NOON = 12
_MICROSECOND_DIGITS = 6


def parse_moment(text: str, order: DateOrder | None, zone: tzinfo) -> datetime:
    """Read a date, with or without a time, as aware UTC.

    `zone` is where the clock hung that the time was read off, unless the text says so itself; a date
    alone is the beginning of its day there. `order` as for `parse_date`.

    Raises:
        CellError: it is no date, or there is no such time.

    """
    day = parse_date(text, order)
    found = _TIME.search(text)
    if found is None:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    try:
        clock = time(
            _hour(int(found["hour"]), found["half"] or ""),
            int(found["minute"]),
            int(found["second"] or 0),
            int((found["part"] or "0")[:_MICROSECOND_DIGITS].ljust(_MICROSECOND_DIGITS, "0")),
        )
        named = _zone(found["zone"]) if found["zone"] else zone
    except ValueError as error:
        msg = "is no time of a day: write it like 2026-03-14 15:30"
        raise CellError(msg) from error
    return datetime.combine(day, clock, named).astimezone(UTC)


def _hour(hour: int, half: str) -> int:
    if not half:
        return hour
    if not 1 <= hour <= _NOON:
        raise ValueError(hour)
    return hour % _NOON + (_NOON if half[0] in "Pp" else 0)


def _zone(text: str) -> timezone:
    if text[0] not in "+-":
        return UTC
    ahead = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(ahead if text[0] == "+" else -ahead)
