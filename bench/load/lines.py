"""Figures as lines of the table: medians of the rounds, each against its bar where there is one."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from bench.load import bars
from bench.signal.verdict import Line, Standing, not_run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.load.plan import Plan
    from bench.load.run import Ran
    from bench.load.sender import Sent
    from bench.signal.verdict import Bar

CORRECT = frozenset({bars.LOST, bars.UNJUDGED, bars.REFUSED, bars.DEALS_MISSING, bars.STRANGERS_ROWS})
"""Held in every form: they say nothing of speed."""


def of(plan: Plan, part: str, name: str, values: Sequence[float], bar: Bar | str, note: str = "") -> Line:
    """Make the line of a median. A text in the place of a bar is the unit of a figure without one.

    A form that asserts nothing of speed and memory leaves their bars out.
    """
    if not isinstance(bar, str) and not plan.bars and bar not in CORRECT:
        bar = bar.unit
    if not values:
        return not_run(part, name, note or "no figure came", None if isinstance(bar, str) else bar)
    spread = f"{min(values):,.2f} to {max(values):,.2f}" if len(values) > 1 else ""
    told = "; ".join(text for text in (note, spread) if text)
    if isinstance(bar, str):
        return Line(part, name, median(values), unit=bar, note=told)
    return Line(part, name, median(values), bar, note=told)


def of_runs(
    plan: Plan, part: str, name: str, ran: Sequence[Ran], bar: Bar | str = "hits/s", p99: Bar | str = "ms"
) -> list[Line]:
    """Make the lines of one kind of run on Ringback."""

    def line(what: str, value: Callable[[Ran], float], against: Bar | str) -> Line:
        return of(plan, part, f"{name}: {what}", [value(each) for each in ran], against)

    return [
        line("acknowledged", lambda each: each.acknowledged, "hits/s"),
        line("stored, judged and decided", lambda each: each.through, bar),
        line("answer, p50", lambda each: each.sent.p50_ms, "ms"),
        line("answer, p99", lambda each: each.sent.p99_ms, p99),
        line("lag at the end of the load", lambda each: each.lag_s, "s"),
        line("processor time a hit", lambda each: each.cpu_us, "µs"),
        *correct(plan, part, name, ran),
    ]


def correct(plan: Plan, part: str, name: str, ran: Sequence[Ran]) -> list[Line]:
    """Make the lines of what must never be: of all rounds together."""
    hits = f"of {sum(each.sent.acknowledged * each.hits_each for each in ran):,} acknowledged"
    return [
        of(plan, part, f"{name}: lost", [sum(each.lost for each in ran)], bars.LOST, hits),
        of(plan, part, f"{name}: visits not judged", [sum(each.unjudged for each in ran)], bars.UNJUDGED),
        of(
            plan,
            part,
            f"{name}: refused",
            [sum(each.sent.refused for each in ran)],
            bars.REFUSED,
            _said([each.sent for each in ran]),
        ),
    ]


def misses(lines: Sequence[Line]) -> list[str]:
    """Name each line that does not pass, and by how much it fell short."""
    said = []
    for line in lines:
        if line.standing is Standing.NOT_RUN:
            said.append(f"NOT RUN {line.part}, {line.name}: {line.note}")
        if line.standing is Standing.MISSED and line.bar is not None and line.value is not None:
            by = abs(line.value - line.bar.limit)
            share = f" ({by / line.bar.limit:.0%})" if line.bar.limit else ""
            said.append(f"MISSED {line.part}, {line.name}: {line.figure}, {line.bar}; by {by:,.2f}{share}")
    return said


def _said(sent: Sequence[Sent]) -> str:
    said: dict[str, int] = {}
    for each in sent:
        for status, count in each.said.items():
            said[status] = said.get(status, 0) + count
    return ", ".join(f"{count:,} times {status}" for status, count in sorted(said.items()))
