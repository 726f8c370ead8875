"""Dates as exports write them. Only the day counts, as the CRM says it: no zone is applied. PURE."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from tracker.imports.cells.fault import CellError, DateOrderError

FIRST_YEAR = 1970
LAST_YEAR = 2100
_CENTURY = 2000
_MONTHS_IN_YEAR = 12


class DateOrder(StrEnum):
    """What a date like 03/04/2026 begins with."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


_TIME = (
    r"(?:[T,\s]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?"
    r"\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_OFFSET = re.compile(r"\d[:.]\d{2}\S*\s*([+-])(\d{2}):?(\d{2})$")
FURTHEST_OFFSET_MINUTES = 14 * 60
"""Kiribati's; none on earth is further from UTC, on either side."""
_MINUTES = 60
_ISO = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})" + _TIME)
_NUMERIC = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2\s*(\d{4}|\d{2})\.?" + _TIME)
_DAY_NAMED = re.compile(
    r"(?:[^\W\d_]+,?\s+)?(\d{1,2})(?:st|nd|rd|th|\.)?[-\s]+([^\W\d_]+)\.?,?[-\s]+(\d{4}|\d{2})" + _TIME
)
_MONTH_NAMED = re.compile(
    r"(?:[^\W\d_]+,\s*)?([^\W\d_]+)\.?[-\s]+(\d{1,2})(?:st|nd|rd|th)?,?[-\s]+(\d{4})" + _TIME
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def parse_date(text: str, order: DateOrder | None) -> date:
    """Read a date, or the day of a timestamp.

    `order` says how to read 03/04/2026; without it only dates with one reading are taken. Dates
    with points (14.03.2026) begin with the day wherever they are written.

    Raises:
        CellError: it is no date, not in this order, outside 1970 to 2100, or of an impossible time zone.

    """
    check_offset(text)
    if found := _ISO.fullmatch(text):
        return _day(found[1], found[3], found[4])
    if found := _NUMERIC.fullmatch(text):
        return _numeric(found, order)
    if found := _DAY_NAMED.fullmatch(text):
        return _day(found[3], str(_month(found[2])), found[1])
    if found := _MONTH_NAMED.fullmatch(text):
        return _day(found[3], str(_month(found[1])), found[2])
    msg = "is no date: write it like 2026-03-14"
    raise CellError(msg)


def check_offset(text: str) -> None:
    """See that a timestamp's distance from UTC, if it says one, is any place's.

    Raises:
        CellError: it is none.

    """
    found = _OFFSET.search(text)
    if not found:
        return
    minutes = int(found[2]) * _MINUTES + int(found[3])
    if int(found[3]) >= _MINUTES or minutes > FURTHEST_OFFSET_MINUTES:
        msg = "ends with a distance from UTC that no place has: at most 14 hours, like +01:00"
        raise CellError(msg)


def order_seen(text: str) -> tuple[bool, bool]:
    """Tell which orders this date could have: (day first, month first); neither when it does not matter."""
    found = _NUMERIC.fullmatch(text)
    if not found or found[2] == ".":
        return (False, False)
    first, second = int(found[1]), int(found[3])
    if first == second:
        return (False, False)
    return (second <= _MONTHS_IN_YEAR, first <= _MONTHS_IN_YEAR)


def _numeric(found: re.Match[str], order: DateOrder | None) -> date:
    first, second = found[1], found[3]
    if found[2] == "." or first == second:
        return _day(found[4], second, first)
    if order is None:
        day_first, month_first = order_seen(found[0])
        if day_first and month_first:
            msg = "could begin with the day or the month: write it like 2026-03-14"
            raise DateOrderError(msg)
        order = DateOrder.DAY_FIRST if day_first else DateOrder.MONTH_FIRST
    try:
        return (
            _day(found[4], second, first) if order is DateOrder.DAY_FIRST else _day(found[4], first, second)
        )
    except CellError as error:
        first = "day" if order is DateOrder.DAY_FIRST else "month"
        msg = f"is no date when dates begin with the {first}, as others here do"
        raise CellError(msg) from error


def _month(name: str) -> int:
    key = name.casefold()[:3]
    if key not in _MONTHS:
        msg = "is no date: its month has no English name"
        raise CellError(msg)
    return _MONTHS.index(key) + 1


def _day(year: str, month: str, day: str) -> date:
    number = int(year) + (_CENTURY if len(year) == len("26") else 0)
    try:
        found = date(number, int(month), int(day))
    except ValueError as error:
        msg = "is no date: there is no such day"
        raise CellError(msg) from error
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        msg = f"is no date between {FIRST_YEAR} and {LAST_YEAR}"
        raise CellError(msg)
    return found
