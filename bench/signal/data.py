"""The rules about user agents, measured on a list of which somebody knows the truth.

Once over the whole list, and once over the third of it that is set aside by a hash of the user agent:
which rows those are depends on nothing but the row, so that the figure can be compared between lists
and years.
"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from bench.signal import cost
from bench.signal.verdict import Line, at_least, at_most, not_run, share
from tracker.agent_lists import Tally, read_labelled, tally, us_per_row

if TYPE_CHECKING:
    from collections.abc import Callable

PART = "data"
LIST = Path("../shared/data/user_agents.tsv.gz")
"""Relative to the project's folder. The list is not part of the project: its sources have many licences."""
SET_ASIDE = 3
"""One row in so many."""

BARS = (
    ("bots flagged", "bot", "flagged", at_least(99.5)),
    ("HTTP libraries flagged", "tool", "flagged", at_least(98)),
    ("modern humans flagged", "human_modern", "flagged", at_most(0.14)),
    ("forged Chrome builds demoted", "forged", "demoted", at_least(99)),
    ("modern humans demoted", "human_modern", "demoted", at_most(0.5)),
)
"""What it is called, the list's label, the count, and the bar."""


def is_set_aside(user_agent: str) -> bool:
    """Tell whether a row belongs to the third that is set aside."""
    return int.from_bytes(blake2b(user_agent.encode("utf-8", "replace")).digest(), "big") % SET_ASIDE == 0


def measure(say: Callable[[str], None], *, short: bool) -> list[Line]:
    """Hold the rules against the list, where it is there."""
    cost_name = "verdict on a user agent, mean over the list"
    cost_bar = None if short else cost.COST
    if not LIST.exists():
        say(f"data: {LIST} is not here, so the rules about user agents are not measured.")
        missing = f"{LIST} is not here"
        return [
            *(not_run(PART, name, missing, bar) for name, _, _, bar in BARS),
            not_run(PART, cost_name, missing, cost_bar),
            *cost.measure(say, (), short=short),
        ]
    rows = list(read_labelled(LIST))
    say(f"data: {len(rows):,} user agents …")
    aside = [row for row in rows if is_set_aside(row.user_agent)]
    return [
        *lines(tally(rows), ""),
        *lines(tally(aside), ", third set aside"),
        Line(
            PART,
            cost_name,
            us_per_row(rows),
            cost_bar,
            unit="µs",
            note=f"{len(rows):,} rows, none remembered",
        ),
        *cost.measure(say, [row.user_agent for row in rows], short=short),
    ]


def lines(found: dict[str, Tally], which: str) -> list[Line]:
    """Hold counts by label against the bars."""
    made = []
    for name, label, counted, bar in BARS:
        each = found.get(label, Tally(0, 0, 0))
        made.append(share(PART, name + which, bar, getattr(each, counted), each.n))
    return made
