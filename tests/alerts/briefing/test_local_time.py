from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alerts.briefing.facts import LocalTime, Phone
from alerts.briefing.local_time import local_time, read_phone

TUESDAY = datetime(2026, 2, 10, 9, 42, tzinfo=UTC)
SATURDAY = datetime(2026, 2, 14, 9, 42, tzinfo=UTC)


def at_number(written: str, country: str = "", now: datetime = TUESDAY) -> LocalTime | None:
    return local_time("", read_phone(written, country, "US"), country, now)


def test_an_imported_zone_is_believed() -> None:
    found = local_time("America/New_York", Phone("+44 20 7946 0018", "+442079460018"), "GB", TUESDAY)
    assert found == LocalTime("04:42", "New York", starts="09:00")


@pytest.mark.parametrize(
    ("written", "country", "clock", "place"),
    [
        ("+442079460018", "GB", "09:42", "London time"),
        ("+491711234567", "", "10:42", "Berlin time"),
        ("+12125550123", "", "04:42", "New York time"),
        ("", "JP", "18:42", "Tokyo time"),
        ("+447700900123", "GB", "09:42", "London time"),  # a number nobody has: then the country
        ("", "DE", "10:42", "Germany"),  # two zones that agree
    ],
)
def test_without_a_zone_it_is_worked_out_and_said_as_assumed(
    written: str, country: str, clock: str, place: str
) -> None:
    found = at_number(written, country)
    assert found is not None
    assert (found.clock, found.place, found.assumed) == (clock, place, True)


@pytest.mark.parametrize(
    ("written", "country"),
    [("+18005551234", "US"), ("", "US"), ("+79161234567", ""), ("", ""), ("", "ZZ"), ("call me", "")],
)
def test_where_clocks_would_differ_nothing_is_said(written: str, country: str) -> None:
    assert at_number(written, country) is None


def test_a_misspelt_zone_is_as_good_as_none() -> None:
    found = local_time("Europe/Londn", None, "GB", TUESDAY)
    assert found is not None
    assert found.assumed


@pytest.mark.parametrize(
    ("now", "line"),
    [
        (TUESDAY, "09:42 for Dana (London)"),
        (TUESDAY.replace(hour=7), "07:42 for Dana (London). Office hours, assumed, from 09:00."),
        (TUESDAY.replace(hour=20), "20:42 for Dana (London). Office hours, assumed, from tomorrow 09:00."),
        (
            datetime(2026, 2, 13, 20, tzinfo=UTC),
            "20:00 for Dana (London). Office hours, assumed, from Mon 09:00.",
        ),
        (SATURDAY, "Sat 09:42 for Dana (London). Office hours, assumed, from Mon 09:00."),
    ],
)
def test_outside_office_hours_the_rep_learns_when_they_begin(now: datetime, line: str) -> None:
    found = local_time("Europe/London", None, "", now)
    assert found is not None
    assert found.for_whom("Dana") == line


def test_a_number_is_shown_as_it_is_dialled_from_abroad() -> None:
    assert read_phone("+442079460018", "GB", "US") == Phone("+44 20 7946 0018", "+442079460018")
    assert read_phone("020 7946 0018", "GB", "US") == Phone("+44 20 7946 0018", "+442079460018")


def test_a_number_that_cannot_be_read_is_shown_without_a_link() -> None:
    assert read_phone("ask\nreception", "GB", "US") == Phone("ask reception")
    assert read_phone("12", "GB", "US") == Phone("12")
    assert read_phone("  ", "GB", "US") is None
