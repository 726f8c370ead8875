"""Medians against bars; what was lost is told in every form, speed only where it is asked for."""

from __future__ import annotations

from random import Random

import pytest

from bench.load import bars
from bench.load.bodies import Bodies, single
from bench.load.counted import Found, lost
from bench.load.lines import misses, of, of_runs
from bench.load.plan import FAST, USUAL
from bench.load.run import Ran
from bench.load.sender import Sent
from bench.signal.verdict import Standing


def ran(*, rate: int = 7_000, gone: int = 0, lag_s: float = 0.0) -> Ran:
    sent = Sent(issued=rate, acknowledged=rate, seconds=1.0, p50_ms=2.0, p99_ms=9.0)
    return Ran(sent, 1, 1.0 + lag_s, lag_s, gone, 0, 90.0)


def test_the_median_of_the_rounds_stands_against_the_bar() -> None:
    rounds = [ran(rate=5_000), ran(rate=6_500), ran(rate=9_000)]
    lines = of_runs(USUAL, "known", "PostgreSQL", rounds, bars.THROUGH["PostgreSQL"], bars.ANSWER_P99)
    through = next(line for line in lines if "judged and decided" in line.name)
    assert (through.value, through.standing) == (6_500, Standing.MET)
    assert "5,000.00 to 9,000.00" in through.note


def test_what_is_worked_through_late_counts_as_slow() -> None:
    late = ran(rate=7_000, lag_s=1.0)
    assert late.acknowledged == 7_000
    assert late.through == 3_500


def test_one_lost_hit_is_missed_in_every_form_and_slowness_only_where_speed_is_asserted() -> None:
    rounds = [ran(rate=10), ran(rate=10, gone=1)]
    for plan in (FAST, USUAL):
        lines = of_runs(plan, "known", "SQLite", rounds, bars.THROUGH["SQLite"])
        missed = [line.name for line in lines if line.standing is Standing.MISSED]
        slow = ["SQLite: stored, judged and decided"] if plan is USUAL else []
        assert missed == [*slow, "SQLite: lost"]


def test_a_miss_says_by_how_much() -> None:
    short = of(USUAL, "known", "batches", [12_000], bars.BATCHES)
    gone = of(USUAL, "known", "lost", [3], bars.LOST)
    absent = of(USUAL, "memory", "web process", [], bars.WEB_MEMORY, "Linux only")
    assert misses([short, gone, absent]) == [
        "MISSED known, batches: 12000 hits/s, ≥ 15000 hits/s; by 3,000.00 (20%)",
        "MISSED known, lost: 3 hits, ≤ 0 hits; by 3.00",
        "NOT RUN memory, web process: Linux only",
    ]


@pytest.fixture(scope="module")
def bodies() -> Bodies:
    return single("key", ["credential"], 200, Random(3))  # noqa: S311  (nothing is secret)


@pytest.mark.parametrize(
    ("unanswered", "missing", "gone"),
    [(0, 0, 0), (0, 1, 1), (0, 25, 25), (16, 16, 0), (16, 17, 1)],
)
def test_what_was_not_acknowledged_may_be_missing_and_nothing_else(
    bodies: Bodies, unanswered: int, missing: int, gone: int
) -> None:
    sent = Sent(issued=500, acknowledged=500 - unanswered)
    views, grown = bodies.expected(500)
    assert lost(bodies, sent, Found(views - missing, grown, 0)) == gone


def test_growth_that_is_missing_is_lost_too(bodies: Bodies) -> None:
    views, grown = bodies.expected(500)
    sent = Sent(issued=500, acknowledged=500)
    assert lost(bodies, sent, Found(views, grown - 2, 0)) == 2
