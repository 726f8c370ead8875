"""Months of the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tracker.calendar_month import Month


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "26-10", "2026-1", "1989-12", "²026-10", "2026-10 "]
)
def test_nonsense_is_no_month(text: str) -> None:
    assert Month.read(text) is None


def test_there_and_back() -> None:
    october = Month(2026, 10)
    assert Month.read("2026-10") == october
    assert (october.slug, october.name) == ("2026-10", "October 2026")
    assert (october.later(3), october.later(-10)) == (Month(2027, 1), Month(2025, 12))
    assert Month(2026, 12) < Month(2027, 1)


def test_a_month_is_as_long_as_it_is_there() -> None:
    """Clocks in Berlin go back on 25 October 2026; 2028 has a 29 February."""
    october, berlin = Month(2026, 10), ZoneInfo("Europe/Berlin")
    assert october.begins(berlin) == datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert october.ends(berlin) == datetime(2026, 10, 31, 23, tzinfo=UTC)
    assert Month.of(date(2028, 2, 29)).end_day == date(2028, 3, 1)
