"""When somebody agreed, as forms and exports write it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.imports.cells.dates import DateOrder
from tracker.imports.cells.fault import CellError
from tracker.imports.cells.moments import parse_moment

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-14", datetime(2026, 3, 14, 4, 0, tzinfo=UTC)),
        ("14.03.2026", datetime(2026, 3, 14, 4, 0, tzinfo=UTC)),
        ("14.03.2026 15.30", datetime(2026, 3, 14, 19, 30, tzinfo=UTC)),
        ("14.03.2026, 15:30:59", datetime(2026, 3, 14, 19, 30, 59, tzinfo=UTC)),
        ("2026-03-14T15:30Z", datetime(2026, 3, 14, 15, 30, tzinfo=UTC)),
        ("2026-03-14 15:30:00.25 UTC", datetime(2026, 3, 14, 15, 30, 0, 250_000, tzinfo=UTC)),
        ("2026-03-14T01:30:00.1234567+05:30", datetime(2026, 3, 13, 20, 0, 0, 123_456, tzinfo=UTC)),
        ("3/14/2026 12:05 AM", datetime(2026, 3, 14, 4, 5, tzinfo=UTC)),
        ("Mar 14, 2026 12:05 p.m.", datetime(2026, 3, 14, 16, 5, tzinfo=UTC)),
        ("14 March 2026 3:05PM -0800", datetime(2026, 3, 14, 23, 5, tzinfo=UTC)),
        ("1 Jan 2026 10:00", datetime(2026, 1, 1, 15, 0, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_its_own_zone_or_in_ours(text: str, moment: datetime) -> None:
    assert parse_moment(text, None, NEW_YORK) == moment


def test_the_order_of_day_and_month_counts() -> None:
    assert parse_moment("03/04/2026", DateOrder.DAY_FIRST, UTC).month == 4
    assert parse_moment("03/04/2026", DateOrder.MONTH_FIRST, UTC).month == 3


@pytest.mark.parametrize(
    "text", ["", "15:30", "2026-03-14 24:30", "2026-03-14 13:00 PM", "2026-03-14 10:00 +25:00", "03/04/2026"]
)
def test_what_has_no_single_reading_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        parse_moment(text, None, UTC)


@given(st.timedeltas(timedelta(0), timedelta(days=47_000)))
def test_what_an_export_writes_is_read_as_it_was(since: timedelta) -> None:
    written = datetime(1970, 1, 2, tzinfo=UTC) + since
    assert parse_moment(written.isoformat(), None, NEW_YORK) == written
