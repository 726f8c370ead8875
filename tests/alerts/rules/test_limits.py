"""A limit of calls a rep and day comes to the same where only some companies are looked at, or nearly."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from alerts.rules.compared import CALL, told
from alerts.rules.limits import Limits, by_day, groups_of
from alerts.rules.replay import Desk, Past, Record, Rules, replay
from tests.alerts.rules.test_replay import HOURS, NOW, PRICING, another, with_policy
from tracker.people.hours import WorkingHours

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DAYS = 30
EVERY = 6
LIMIT = NOW.policy.daily_limit
TODAY, YESTERDAY = date(2026, 3, 2), date(2026, 3, 1)
MAILING = 7
"""Days from one mailing to the next."""


@dataclass(frozen=True)
class Site:
    """Reps, their companies, and who of them comes for a call on a day."""

    reps: int
    companies: int
    """Of each."""
    visits: Callable[[int, int], int]
    """By rep and day."""

    def desks(self) -> dict[int, Desk]:
        return dict.fromkeys(range(1, self.reps + 1), HOURS)

    def records(self) -> list[Record]:
        dice = random.Random(5)  # noqa: S311  (a fixed roll, no secret)
        found: list[Record] = []
        for day in range(DAYS):
            for rep in range(1, self.reps + 1):
                for _ in range(self.visits(rep, day)):
                    number = len(found) + 1
                    company = rep * self.companies + dice.randrange(self.companies)
                    when = timedelta(days=day, minutes=dice.randrange(240))
                    found.append(
                        another(
                            PRICING,
                            number,
                            after=when,
                            prospect_id=number,
                            account_id=company,
                            user_id=rep,
                        )
                    )
        return sorted(found, key=lambda record: (record.decided_at, record.visit_id))


NEVER = Site(120, 60, lambda _rep, _day: 2)
SITES = {
    "it never binds": NEVER,
    "on mailing days alone": Site(60, 90, lambda _, day: 20 if day % MAILING == 1 else 1),
    "for some reps alone": Site(60, 90, lambda rep, _: 1 + rep % 12),
    "it always binds": Site(30, 200, lambda _rep, _day: 18),
    "few reps with many companies": Site(4, 900, lambda _rep, _day: 80),
    "many reps with few companies": Site(200, 6, lambda _rep, _day: 1),
    "other reps on other days": Site(60, 90, lambda rep, day: 12 if (rep + day) % 3 == 0 else 0),
}


def hourly(records: list[Record]) -> dict[int, dict[datetime, int]]:
    counted: dict[int, dict[datetime, int]] = defaultdict(Counter)
    for record in records:
        assert record.user_id is not None
        counted[record.user_id][record.decided_at.replace(minute=0, second=0, microsecond=0)] += 1
    return counted


def calls(past: Past, rules: Rules) -> int:
    return past.every * [told(ruling) for ruling in replay(past, rules, weigh=False)].count(CALL)


def whole_and_some(site: Site) -> tuple[Past, Past]:
    """All visits, and those of every sixth company."""
    records, dice = site.records(), random.Random(7)  # noqa: S311  (a fixed roll, no secret)
    companies = sorted({record.account_id or 0 for record in records})
    chosen = set(dice.sample(companies, len(companies) // EVERY))
    some = [record for record in records if record.account_id in chosen]
    return Past(records, site.desks()), Past(some, site.desks(), every=EVERY, hourly=hourly(records))


@pytest.mark.parametrize("site", SITES.values(), ids=SITES)
def test_an_estimate_comes_near_the_exact_number(site: Site) -> None:
    whole, some = whole_and_some(site)
    for limit in (LIMIT, 3):
        rules = with_policy(daily_limit=limit)
        assert calls(some, rules) == pytest.approx(calls(whole, rules), rel=0.1)


def test_a_limit_that_never_binds_may_be_raised_and_nothing_follows() -> None:
    whole, some = whole_and_some(NEVER)
    more = with_policy(daily_limit=4 * LIMIT)
    assert calls(whole, NOW) == calls(whole, more)
    assert calls(some, NOW) == pytest.approx(calls(some, more), rel=0.03)


def test_reps_who_are_about_as_busy_are_together() -> None:
    loads = {rep: 10 * (rep % 3) for rep in range(1, 13)}
    groups = groups_of(loads, 4)
    assert [len(group) for group in groups] == [4, 4, 4]
    assert all(len({loads[rep] for rep in group}) == 1 for group in groups)
    assert groups_of({}, EVERY) == [[]]


def test_of_all_companies_each_rep_has_their_own_limit() -> None:
    limits = Limits(LIMIT, 1, {}, {1: HOURS, 2: HOURS})
    limits.left(1, TODAY).calls -= LIMIT
    assert [limits.left(rep, day).calls for rep in (1, 2, 3) for day in (TODAY, YESTERDAY)] == [
        0,
        *[LIMIT] * 5,
    ]


@pytest.mark.parametrize("reps", [1, 2, EVERY, EVERY + 1, 51])
def test_all_together_have_their_part_of_all_limits(reps: int) -> None:
    limits = Limits(LIMIT, EVERY, {}, dict.fromkeys(range(reps), HOURS))
    days = [TODAY + timedelta(days=number) for number in range(EVERY)]
    shares = {id(left): left for day in days for rep in range(reps) for left in (limits.left(rep, day),)}
    assert sum(left.calls for left in shares.values()) == LIMIT * reps


@pytest.mark.parametrize(
    ("zone", "loads"),
    [
        ("UTC", {date(2026, 3, 2): {1: 3}}),
        ("Pacific/Auckland", {date(2026, 3, 3): {1: 4}}),
    ],
)
def test_days_are_the_rep_s_and_only_those_who_work_share(
    zone: str, loads: Mapping[date, Mapping[int, int]]
) -> None:
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    early, late, sunday = (monday + timedelta(hours=hours) for hours in (10, 21, -24))
    desk = Desk(WorkingHours(zone, 9 * 60, 18 * 60, "12345"), ZoneInfo(zone))
    counted = {1: {early: 3, late: 4, sunday: 5}, 2: {early: 6}}
    assert by_day(counted, {1: desk}) == loads
