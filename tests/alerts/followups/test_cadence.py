"""When a rep turns to somebody who said no: the dates, and what moves them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from alerts.followups.cadence import RENEWAL_AHEAD, Case, Next, done, next_follow_up, plan
from alerts.followups.working_days import PlainWeek, calendar_of
from alerts.words import FollowUpKind

LOST_ON = date(2026, 3, 4)
"""A Wednesday."""
WEEK = PlainWeek()
COUNTRIES = ("", "AU", "CN", "DE", "GB", "IL", "IN", "JP", "NP", "SA", "US")
"""Some of them rest on Friday, some for more than a week."""
FIVE_YEARS = 5 * 365

thank_you, post_mortem, check_in = FollowUpKind


def case(**known: Any) -> Case:  # noqa: ANN401  (the fields of a case)
    return replace(Case(LOST_ON, LOST_ON), **known)


def days(number: int) -> timedelta:
    return timedelta(days=number)


def planned(some_case: Case, weeks: int) -> list[tuple[FollowUpKind, int]]:
    until = LOST_ON + timedelta(weeks=weeks)
    return [(one.kind, (one.on - LOST_ON).days) for one in plan(some_case, WEEK, LOST_ON, until)]


def test_the_first_half_year_of_a_lost_deal() -> None:
    assert planned(case(), 26) == [
        (thank_you, 0),
        (post_mortem, 14),
        *((check_in, 14 + 28 * number) for number in range(1, 7)),
    ]


def test_later_the_check_ins_get_rarer_and_never_end() -> None:
    gaps = [later - earlier for (_, earlier), (_, later) in pairwise(planned(case(asked_why=True), 520))]
    assert gaps[1:8] == [28, 28, 28, 28, 28, 28, 56]
    assert set(gaps[20:]) == {77}


def test_a_rep_who_knows_better_says_how_long_it_is_hot() -> None:
    cool = case(thanked=True, asked_why=True, hot_until=LOST_ON)
    assert planned(cool, 17) == [(check_in, 56), (check_in, 112)]


def test_weekends_and_holidays_are_passed_over() -> None:
    lost_on = date(2026, 12, 25)
    german = next_follow_up(Case(lost_on, lost_on), calendar_of("DE"), lost_on)
    assert german == Next(thank_you, date(2026, 12, 28))
    saudi = next_follow_up(Case(lost_on, lost_on), calendar_of("SA"), lost_on)
    assert saudi == Next(thank_you, date(2026, 12, 27)), "Friday and Saturday are their weekend"


def test_an_agreed_slot_keeps_its_day_whatever_day_it_is() -> None:
    sunday = date(2026, 3, 22)
    agreed = case(thanked=True, post_mortem_on=sunday)
    assert next_follow_up(agreed, WEEK, LOST_ON) == Next(post_mortem, sunday, agreed=True)


def test_one_agreed_for_later_than_six_weeks_is_kept_and_forgotten_a_week_after() -> None:
    late = LOST_ON + days(70)
    agreed = case(thanked=True, post_mortem_on=late)
    assert next_follow_up(agreed, WEEK, late + days(7)) == Next(post_mortem, late, agreed=True)
    missed = next_follow_up(agreed, WEEK, late + days(8))
    assert missed is not None
    assert missed.kind is check_in


@pytest.mark.parametrize(
    ("ago", "kind"),
    [(0, thank_you), (3, thank_you), (4, post_mortem), (42, post_mortem), (43, check_in), (7300, check_in)],
)
def test_what_is_too_late_on_the_day_of_the_import_is_left_out(ago: int, kind: FollowUpKind) -> None:
    today = LOST_ON + days(ago)
    found = next_follow_up(Case(LOST_ON, today), PlainWeek(), today)
    assert found is not None
    assert found.kind is kind
    assert found.on >= today


def test_a_day_of_loss_that_is_yet_to_come_is_waited_for() -> None:
    early = next_follow_up(Case(LOST_ON, LOST_ON - days(400)), WEEK, LOST_ON - days(400))
    assert early == Next(thank_you, LOST_ON)


def test_a_talk_begins_the_four_weeks_anew() -> None:
    talked = done(case(thanked=True, asked_why=True), check_in, LOST_ON + days(20))
    assert next_follow_up(talked, WEEK, LOST_ON + days(20)) == Next(check_in, LOST_ON + days(48))


def test_a_visit_that_nobody_called_about_brings_the_check_in_near() -> None:
    later = case(thanked=True, asked_why=True, touched_on=LOST_ON + days(300))
    seen = replace(later, visited_on=LOST_ON + days(301))
    assert next_follow_up(seen, WEEK, LOST_ON + days(302)) == Next(check_in, LOST_ON + days(308))


def test_a_call_without_an_answer_is_tried_again_and_not_for_ever() -> None:
    calm = case(thanked=True, asked_why=True, touched_on=LOST_ON)
    once = replace(calm, tries=1, tried_on=LOST_ON + days(7))
    assert next_follow_up(once, WEEK, LOST_ON + days(7)) == Next(check_in, LOST_ON + days(14))
    thrice = replace(calm, tries=3, tried_on=LOST_ON + days(21))
    assert next_follow_up(thrice, WEEK, LOST_ON + days(21)) == Next(check_in, LOST_ON + days(49))


@pytest.mark.parametrize(
    "brought_by",
    [
        {},
        {"visited_on": LOST_ON + days(20)},
        {"renews_on": LOST_ON + days(20) + RENEWAL_AHEAD},
        {"call_back_on": LOST_ON + days(28)},
    ],
)
def test_whatever_brought_a_call_without_an_answer_the_next_is_a_week_later(
    brought_by: dict[str, date],
) -> None:
    due = case(thanked=True, asked_why=True, touched_on=LOST_ON, **brought_by)
    called = replace(due, tries=1, tried_on=LOST_ON + days(28))
    assert next_follow_up(called, WEEK, LOST_ON + days(28)) == Next(check_in, LOST_ON + days(35))


def test_who_is_west_of_utc_gives_thanks_on_the_day_of_the_loss() -> None:
    known_tomorrow = Case(LOST_ON, known_on=LOST_ON + days(1))
    assert next_follow_up(known_tomorrow, WEEK, LOST_ON) == Next(thank_you, LOST_ON)


def test_a_call_that_they_asked_for_comes_first() -> None:
    sunday = LOST_ON + days(4)
    asked = case(thanked=True, call_back_on=sunday)
    assert next_follow_up(asked, WEEK, LOST_ON) == Next(check_in, sunday, agreed=True)
    assert next_follow_up(asked, WEEK, sunday + days(7)) == Next(check_in, sunday, agreed=True)
    forgotten = next_follow_up(asked, WEEK, sunday + days(8))
    assert forgotten is not None
    assert not forgotten.agreed


def test_nothing_follows_on_an_end() -> None:
    assert next_follow_up(case(ended=True), WEEK, LOST_ON) is None


# Promises over histories of five years.

histories = some.lists(
    some.tuples(
        some.integers(0, 60), some.sampled_from(["done", "visit", "no answer", "call back", "nothing"])
    ),
    max_size=60,
)


def lived(start: Case, country: str, history: list[tuple[int, str]]) -> list[tuple[date, Case, Next]]:
    """Live through a history; give what was asked for on each of its days."""
    calendar, today, current = calendar_of(country), start.known_on, start
    told = []
    for wait, what in history:
        found = next_follow_up(current, calendar, today)
        assert found is not None
        told.append((today, current, found))
        today += days(wait)
        if what == "done":
            current = done(current, found.kind, today)
        elif what == "visit":
            current = replace(current, visited_on=current.visited_on or today)
        elif what == "no answer":
            current = replace(current, tries=current.tries + 1, tried_on=today)
        elif what == "call back":
            current = replace(current, call_back_on=today + days(wait))
    return told


starts = some.builds(
    Case,
    lost_on=some.dates(date(2015, 1, 1), date(2029, 12, 31)),
    known_on=some.dates(date(2015, 1, 1), date(2029, 12, 31)),
    post_mortem_on=some.none() | some.dates(date(2015, 1, 1), date(2030, 12, 31)),
)


@given(start=starts, country=some.sampled_from(COUNTRIES), history=histories)
def test_nothing_falls_on_a_day_of_rest_but_what_was_agreed(
    start: Case, country: str, history: list[tuple[int, str]]
) -> None:
    for _, current, found in lived(start, country, history):
        assert found.agreed or calendar_of(country).is_working_day(found.on)
        assert found.agreed or found.on >= start.known_on
        if found.kind is thank_you:
            assert found.on - current.lost_on <= days(14)
        if found.kind is post_mortem and start.post_mortem_on is None:
            assert found.on - current.lost_on <= days(42 + 7 + 14)


@given(start=starts, country=some.sampled_from(COUNTRIES))
def test_never_fewer_than_four_in_any_year(start: Case, country: str) -> None:
    begin = max(start.known_on, start.lost_on)
    told = list(plan(start, calendar_of(country), begin, begin + days(FIVE_YEARS)))
    calls = [one.on for one in told if one.kind is check_in]
    assert all(later - earlier <= days(365 // 4) for earlier, later in pairwise(calls))
    # A talk about why may be agreed for whenever they like; else the first comes within a quarter, too.
    assert start.post_mortem_on or calls[0] - begin <= days(365 // 4)


@given(start=starts, country=some.sampled_from(COUNTRIES), history=histories, wait=some.integers(0, 400))
def test_a_visit_brings_the_next_one_nearer_and_never_farther(
    start: Case, country: str, history: list[tuple[int, str]], wait: int
) -> None:
    for today, current, found in lived(start, country, history):
        seen = replace(current, visited_on=current.visited_on or today + days(wait))
        moved = next_follow_up(seen, calendar_of(country), today)
        assert moved is not None
        assert moved.on <= found.on


@given(start=starts, country=some.sampled_from(COUNTRIES), history=histories)
def test_after_a_talk_they_are_left_in_peace_for_a_while(
    start: Case, country: str, history: list[tuple[int, str]]
) -> None:
    for today, current, _ in lived(start, country, history):
        after = next_follow_up(
            done(replace(current, asked_why=True, thanked=True), check_in, today), WEEK, today
        )
        assert after is not None
        assert after.on >= today + days(28)


def test_before_a_contract_renews_there_is_a_check_in_in_time() -> None:
    renews_on = date(2028, 6, 1)
    cold = Case(LOST_ON, LOST_ON, touched_on=renews_on - days(120), renews_on=renews_on)
    found = next_follow_up(cold, WEEK, renews_on - days(100))
    assert found == Next(check_in, date(2028, 3, 3)), "90 days before, not 11 weeks after the last one"
    told = done(cold, check_in, found.on)
    following = next_follow_up(told, WEEK, found.on)
    assert following is not None
    assert following.on == date(2028, 5, 19), "it had its word: the next one comes when it would"


@given(some.integers(0, 400), some.integers(0, 300))
def test_whoever_renews_hears_of_us_between_90_days_before_and_the_day(ago: int, ahead: int) -> None:
    today = LOST_ON + days(800)
    renews_on = today + days(ahead)
    old = case(thanked=True, asked_why=True, touched_on=today - days(ago), renews_on=renews_on)
    on = next_follow_up(old, WEEK, today)
    assert on is not None
    if today - days(ago) < renews_on - RENEWAL_AHEAD:
        assert on.on <= renews_on - RENEWAL_AHEAD + days(3), "a weekend later at most"
