"""A figure stands against its bar, and what is cut off of it is never in our favour."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bench.signal.table import BEGIN, END, in_document, in_terminal, put_into
from bench.signal.verdict import Bar, Line, Standing, as_json, at_least, at_most, not_run, share

MET = share("data", "bots", at_least(99.5), 995, 1000)
MISSED = share("data", "people flagged", at_most(0.14), 2, 1000)
ABSENT = not_run("rig", "a browser", "there is none", at_most(1, "browsers"))
TOLD = Line("data", "is-bot", 285.0, unit="µs")


@pytest.mark.parametrize(
    ("line", "standing", "figure", "bar"),
    [
        (MET, Standing.MET, "99.5 %", "≥ 99.5 %"),
        (MISSED, Standing.MISSED, "0.2 %", "≤ 0.14 %"),
        (ABSENT, Standing.NOT_RUN, "-", "≤ 1 browsers"),
        (TOLD, Standing.TOLD, "285 µs", "None"),
        (Line("data", "just missed", 99.4999, at_least(99.5)), Standing.MISSED, "99.49 %", "≥ 99.5 %"),
        (Line("data", "just missed", 0.1401, at_most(0.14)), Standing.MISSED, "0.15 %", "≤ 0.14 %"),
        (Line("data", "nobody", 0.0, at_most(0)), Standing.MET, "0 %", "≤ 0 %"),
    ],
)
def test_a_figure_stands_against_its_bar(line: Line, standing: Standing, figure: str, bar: str) -> None:
    assert (line.standing, line.figure, str(line.bar)) == (standing, figure, bar)


def test_a_share_of_nothing_was_not_measured() -> None:
    assert share("data", "bots", at_least(99.5), 0, 0).standing is Standing.NOT_RUN


def test_what_was_not_run_is_no_pass() -> None:
    assert as_json([MET, TOLD])["all_met"] is True
    assert as_json([MET, ABSENT])["all_met"] is False
    summed = as_json([MET, MISSED, ABSENT, TOLD])
    assert (summed["missed"], summed["not_run"]) == (["people flagged"], ["a browser"])
    lines = json.loads(json.dumps(summed))["lines"]
    assert lines[0] == {
        "part": "data",
        "name": "bots",
        "value": 99.5,
        "bar": "≥ 99.5 %",
        "standing": "met",
        "note": "995 of 1,000",
    }
    assert lines[3]["bar"] is None


def test_the_terminal_has_a_row_a_line() -> None:
    assert in_terminal([MET, MISSED, ABSENT]).row_count == 3


def test_the_document_is_rewritten_between_its_marks_only() -> None:
    figures = in_document([MET, ABSENT], datetime(2026, 2, 10, tzinfo=UTC), "make signal")
    text = put_into(f"before\n{BEGIN}\nold\n{END}\nafter\n", figures)
    assert text == f"before\n{BEGIN}\n{figures}\n{END}\nafter\n"
    assert "| data | bots | ≥ 99.5 % | **99.5 %** | met | 995 of 1,000 |" in text
    assert "on 10 February 2026 by `make signal`" in text
    assert put_into(text, figures) == text


def test_a_document_without_marks_is_left_alone() -> None:
    with pytest.raises(ValueError, match="no place for the figures"):
        put_into("nothing here", "figures")


def test_a_bar_admits_its_own_limit() -> None:
    assert Bar(5, least=True).admits(5)
    assert Bar(5).admits(5)
    assert not Bar(5).admits(5.01)
