"""Dates as exports and people write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.imports.cells.dates import DateOrder, order_seen, parse_date
from tracker.imports.cells.fault import CellError

DAY = date(2025, 3, 14)


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-14",
        "2025-03-14 16:20",
        "2025-03-14T16:20:11.123Z",
        "2025-03-14T16:20:11+01:00",
        "2025/03/14",
        "20250314",
        "14/03/2025",
        "14/3/25",
        "14.03.2025",
        "14.3.25",
        "14-03-2025 16:20",
        "3/14/2025",
        "03/14/2025 4:20 PM",
        "14 Mar 2025",
        "14-Mar-2025",
        "14th March 2025",
        "March 14, 2025",
        "Mar 14, 2025, 4:20 PM",
        "Fri, 14 Mar 2025",
        "14. March 2025",
    ],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert parse_date(text, None) == DAY


def test_the_crms_own_day_counts_whatever_the_zone() -> None:
    assert parse_date("2025-03-14T23:59:00-08:00", None) == DAY


@pytest.mark.parametrize(
    ("order", "day"),
    [(DateOrder.DAY_FIRST, date(2025, 4, 3)), (DateOrder.MONTH_FIRST, date(2025, 3, 4))],
)
def test_an_order_settles_a_doubt(order: DateOrder, day: date) -> None:
    assert parse_date("03/04/2025", order) == day
    with pytest.raises(CellError, match="write it like"):
        parse_date("03/04/2025", None)


def test_a_date_against_the_order_is_a_slip_and_not_read_the_other_way() -> None:
    with pytest.raises(CellError, match="begin with the month"):
        parse_date("14/03/2025", DateOrder.MONTH_FIRST)


def test_points_mean_day_first_everywhere() -> None:
    assert parse_date("03.04.2025", DateOrder.MONTH_FIRST) == date(2025, 4, 3)


@pytest.mark.parametrize(
    "text",
    ["soon", "2025-02-30", "31/02/2025", "45730", "1899-12-31", "2999-01-01", "14 Foo 2025", "0/0/2025"],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        parse_date(text, None)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("25/03/2025", (True, False)),
        ("03/25/2025", (False, True)),
        ("03/04/2025", (True, True)),
        ("04/04/2025", (False, False)),
        ("2025-03-04", (False, False)),
        ("03.04.2025", (False, False)),
    ],
)
def test_a_date_tells_what_it_shows_of_the_order(text: str, seen: tuple[bool, bool]) -> None:
    assert order_seen(text) == seen


@given(st.dates(date(1970, 1, 1), date(2100, 12, 31)), st.sampled_from(list(DateOrder)))
def test_what_is_written_in_an_order_is_read_in_it(day: date, order: DateOrder) -> None:
    written = f"{day:%d/%m/}" if order is DateOrder.DAY_FIRST else f"{day:%m/%d/}"
    assert parse_date(f"{written}{day.year}", order) == day


@given(st.text(max_size=30), st.sampled_from([None, *DateOrder]))
def test_no_text_brings_it_down(text: str, order: DateOrder | None) -> None:
    order_seen(text)
    with suppress(CellError):
        parse_date(text, order)
