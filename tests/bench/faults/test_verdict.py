"""A fault's outcome against its bars."""

from __future__ import annotations

import pytest

from bench.faults.verdict import Check, Outcome, Row, Standing, as_json, in_words, none_of, percentile, so
from bench.signal.verdict import at_most


@pytest.mark.parametrize(
    ("outcome", "standing"),
    [
        (Outcome(), "pass"),
        (Outcome(lost=1), "FAIL"),
        (Outcome(duplicates=1), "FAIL"),
        (Outcome(duplicates=1, duplicates_bar=1), "pass"),
        (Outcome(recovered_s=12, recovered_bar_s=30), "pass"),
        (Outcome(recovered_s=31, recovered_bar_s=30), "FAIL"),
        (Outcome(recovered_s=None, recovered_bar_s=30), "FAIL"),
        (Outcome(checks=(none_of("locked", 0), Check("p99", 0.9, at_most(1, "s")))), "pass"),
        (Outcome(checks=(none_of("locked", 1),)), "FAIL"),
        (Outcome(checks=(so("withdrawn", true=False),)), "FAIL"),
        (Outcome(skipped="needs root"), "skipped"),
    ],
)
def test_a_fault_passes_when_every_bar_admits_its_figure(outcome: Outcome, standing: str) -> None:
    assert outcome.standing == standing


def test_a_row_says_its_figures_and_what_was_missed() -> None:
    row = Row("broker down", Outcome(lost=2, recovered_s=3.21, note="down 5 s for 600 s"), 7.6)
    words = in_words(row)
    assert words.startswith("FAIL     broker down: L 2  D 0  T 3.2 s\n")
    assert "down 5 s for 600 s" in words
    assert words.endswith("missed: L  [8 s]")


def test_what_could_not_be_run_is_no_pass() -> None:
    rows = [Row("disk full", Outcome(skipped="needs root and mount"), 0), Row("SIGTERM", Outcome(), 1)]
    assert in_words(rows[0]) == "skipped  disk full: needs root and mount"
    summed = as_json(rows)
    assert (summed["failed"], summed["skipped"], summed["all_pass"]) == ([], ["disk full"], False)
    assert rows[0].outcome.standing is Standing.SKIPPED


def test_the_99th_percentile_is_a_time_that_was_measured() -> None:
    assert percentile([float(each) for each in range(1, 201)], 0.99) == 198
    assert percentile([3.0], 0.99) == 3
    assert percentile([], 0.99) == 0
