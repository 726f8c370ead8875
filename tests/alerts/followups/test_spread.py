"""What a rep gets in a day: three check-ins, the dearest first, also on the day of an import."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from alerts.followups.agenda import WorkDays
from alerts.followups.spread import MOST_A_DAY, Waiting, spread
from alerts.followups.working_days import PlainWeek, calendar_of

MONDAY = date(2026, 11, 23)
WEEK = PlainWeek()


def waiting(key: int, value: int = 0, on: date = MONDAY, country: str = "") -> Waiting:
    return Waiting(key, on, value, calendar_of(country))


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def test_a_years_losses_come_by_value_three_a_day() -> None:
    found = spread([waiting(key, value=key) for key in range(8)], MONDAY, WEEK)
    assert {on: [key for key in found if found[key] == on] for on in found.values()} == {
        day(0): [7, 6, 5],
        day(1): [4, 3, 2],
        day(2): [1, 0],
    }


def test_places_that_are_gone_are_not_given_again() -> None:
    found = spread([waiting(1), waiting(2)], MONDAY, WEEK, {day(0): 2, day(1): 3})
    assert found == {1: day(0), 2: day(2)}


def test_nobody_is_called_on_a_holiday_of_theirs() -> None:
    thanksgiving = date(2026, 11, 26)
    found = spread([waiting(1, 9, thanksgiving, "US"), waiting(2, 1, thanksgiving)], MONDAY, WEEK)
    assert found == {1: thanksgiving + timedelta(days=1), 2: thanksgiving}


def test_who_works_only_while_they_rest_turns_to_them_on_those_days() -> None:
    weekend = WorkDays("67")
    assert spread([waiting(1), waiting(2, country="US")], MONDAY, weekend) == {1: day(5), 2: day(5)}


@given(
    some.lists(
        some.tuples(some.integers(0, 10**9), some.integers(-400, 400), some.sampled_from(["", "IL", "US"])),
        max_size=80,
    )
)
def test_each_gets_a_day_and_no_day_gets_too_many(cases: list[tuple[int, int, str]]) -> None:
    all_of_them = [
        waiting(key, value, day(offset), country) for key, (value, offset, country) in enumerate(cases)
    ]
    found = spread(all_of_them, MONDAY, WEEK)
    assert found.keys() == set(range(len(cases)))
    assert all(count <= MOST_A_DAY for count in Counter(found.values()).values())
    for one in all_of_them:
        given_day = found[one.key]
        assert given_day >= max(one.on, MONDAY)
        assert WEEK.is_working_day(given_day)
        assert one.calendar.is_working_day(given_day)
        for other in all_of_them:
            both_could = other.on <= given_day and other.calendar.is_working_day(given_day)
            assert not (both_could and other.value_minor > one.value_minor) or found[other.key] <= given_day
