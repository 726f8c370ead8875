"""Working hours: what the clock on the wall shows, also on the days when it is changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tracker.models import User
from tracker.people.hours import ALL_DAYS, WHOLE_DAY, WorkingHours, is_away

OFFICE = WorkingHours("Europe/London", 9 * 60, 18 * 60, "12345")

ZONES = [
    "UTC",
    "Europe/London",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",  # changes by half an hour
    "America/Havana",  # changes at midnight, both ways
    "Africa/Cairo",  # midnight is left out
    "America/Sao_Paulo",  # midnight was left out until 2018
    "Pacific/Apia",  # 30 December 2011 never was
    "Africa/Casablanca",  # changes around Ramadan
    "Pacific/Chatham",
]


@st.composite
def hours(draw: st.DrawFn) -> WorkingHours:
    start = draw(st.integers(0, WHOLE_DAY - 1))
    end = draw(st.integers(start + 1, WHOLE_DAY))
    days = draw(st.sets(st.sampled_from(ALL_DAYS), min_size=1))
    return WorkingHours(draw(st.sampled_from(ZONES)), start, end, "".join(sorted(days)))


moments = st.datetimes(datetime(2011, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  (hypothesis adds the zone)


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-03-10 08:59:59", False),
        ("2026-03-10 09:00", True),
        ("2026-03-10 17:59:59", True),
        ("2026-03-10 18:00", False),
        ("2026-03-14 12:00", False),  # a Saturday
        ("2026-07-10 09:00", True),  # in summer it is 08:00 UTC
    ],
)
def test_an_office_is_open_by_its_own_clock(local: str, *, is_open: bool) -> None:
    assert OFFICE.is_open(at(local, "Europe/London")) is is_open


@pytest.mark.parametrize(
    ("now", "start"),
    [
        ("2026-03-10 07:00", "2026-03-10 09:00"),  # this morning
        ("2026-03-10 12:00", "2026-03-10 12:00"),  # now
        ("2026-03-10 18:00", "2026-03-11 09:00"),  # tomorrow
        ("2026-03-13 18:00", "2026-03-16 09:00"),  # after the weekend
        ("2026-03-28 12:00", "2026-03-30 09:00"),  # over the change to summer time
    ],
)
def test_the_next_start_is_the_next_working_morning(now: str, start: str) -> None:
    found = OFFICE.next_start(at(now, "Europe/London"))
    assert found == at(start, "Europe/London")
    assert found.tzinfo is UTC


def test_hours_that_begin_in_the_hour_left_out_begin_after_it() -> None:
    early = WorkingHours("America/New_York", 2 * 60 + 30, 6 * 60, ALL_DAYS)
    assert early.next_start(at("2026-03-08 06:00")) == at("2026-03-08 07:00")  # 03:00 on the wall
    lost = WorkingHours("America/New_York", 2 * 60, 3 * 60, ALL_DAYS)
    assert lost.next_start(at("2026-03-08 06:00")) == at("2026-03-09 06:00")


def test_an_hour_that_comes_twice_is_worked_twice() -> None:
    night = WorkingHours("America/New_York", 60, 90, ALL_DAYS)
    first = at("2026-11-01 05:00")  # 01:00, still summer time
    assert night.is_open(first)
    assert night.next_start(first + timedelta(minutes=30)) == first + timedelta(hours=1)


@given(hours(), moments)
@example(WorkingHours("Pacific/Apia", 540, 600, "5"), at("2011-12-29 12:00"))
@example(WorkingHours("America/Havana", 23 * 60, WHOLE_DAY, "6"), at("2026-11-01 04:30"))
@example(WorkingHours("Africa/Cairo", 0, 30, "5"), at("2026-04-23 12:00"))
@settings(max_examples=300)
def test_the_next_start_is_within_the_hours_and_nothing_before_it_is(
    working: WorkingHours, now: datetime
) -> None:
    start = working.next_start(now)
    assert start >= now
    assert working.is_open(start)
    if start > now:
        assert not working.is_open(now)
        assert not working.is_open(start - timedelta(microseconds=1))
        minutes = int((start - now) / timedelta(minutes=1))
        step = max(1, minutes // 400)
        assert not any(working.is_open(now + timedelta(minutes=minute)) for minute in range(0, minutes, step))


@given(moments)
def test_around_the_clock_is_always_open(now: datetime) -> None:
    always = WorkingHours("Asia/Kolkata", 0, WHOLE_DAY, ALL_DAYS)
    assert always.around_the_clock
    assert always.next_start(now) == now


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [(540, 540, "1"), (1080, 540, "1"), (-1, 540, "1"), (0, 1441, "1"), (540, 1080, ""), (540, 1080, "8")],
)
def test_hours_that_never_come_are_refused(start: int, end: int, days: str) -> None:
    with pytest.raises(ValueError, match="Working"):
        WorkingHours("UTC", start, end, days)


def test_somebody_is_away_from_their_first_day_to_the_end_of_their_last() -> None:
    sam = User(time_zone="America/New_York", away_from=date(2026, 3, 10), away_until=date(2026, 3, 12))
    assert not is_away(sam, at("2026-03-09 23:59", "America/New_York"))
    assert is_away(sam, at("2026-03-10 00:00", "America/New_York"))
    assert is_away(sam, at("2026-03-13 03:59"))  # still the 12th in New York
    assert not is_away(sam, at("2026-03-13 00:00", "America/New_York"))


def test_somebody_away_without_an_end_is_away_until_told_otherwise() -> None:
    assert is_away(User(time_zone="UTC", away_from=date(2026, 3, 10)), at("2030-01-01 00:00"))
    assert not is_away(User(time_zone="UTC"), at("2030-01-01 00:00"))


def test_a_user_s_row_says_their_hours() -> None:
    sam = User(time_zone="Europe/London", hours_start=540, hours_end=1080, work_days="12345")
    assert WorkingHours.of(sam) == OFFICE
