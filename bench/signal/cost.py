"""What screening one hit costs: processor time beside is-bot's own way, and memory."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

from is_bot import Bots

from bench.signal.memory import grown_mb
from bench.signal.screening import made_up, requests_of, screen_hit, screener
from bench.signal.verdict import Line, at_least, at_most, not_run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.signal.screening import Asked

PART = "data"
REQUESTS = 4_000
ROUND = 50
"""Requests in one measurement, of which the median is taken."""
PASSES = 7
"""Over all requests, in turns; the quickest pass counts, since what else runs on a machine only ever adds."""
TIMES = at_least(285 / 20, "times")
"""As is-bot took 285 µs on the machine on which 20 were set as the bar: so it holds on any machine."""
AGENTS, SHORT_AGENTS = 1_000_000, 20_000
COST = at_most(20, "µs")
MEMORY = at_most(8, "MB")
US = 1e6


def measure(say: Callable[[str], None], user_agents: Sequence[str], *, short: bool) -> list[Line]:
    """Take time and memory of the whole screening: user agent, headers, network, table of senders.

    In the short form nothing is asserted of time: it runs wherever, beside whatever.
    """
    agents = list(user_agents[:: max(len(user_agents) // REQUESTS, 1)]) or list(made_up(REQUESTS))
    ours, theirs = _medians(list(requests_of(agents)))
    number = SHORT_AGENTS if short else AGENTS
    say(f"data: memory over {number:,} different user agents …")
    grown = grown_mb(number)
    memory = f"memory that {number:,} different user agents leave taken"
    return [
        Line(
            PART,
            "whole screening of one hit, median",
            ours,
            None if short else COST,
            unit="µs",
            note=f"{len(agents):,} hits, none remembered",
        ),
        Line(PART, "is-bot as it comes, on the same user agents, median", theirs, unit="µs"),
        Line(
            PART, "how many times as long is-bot takes", theirs / ours, None if short else TIMES, unit="times"
        ),
        not_run(PART, memory, "this system does not tell a process's memory", MEMORY)
        if grown is None
        else Line(PART, memory, max(grown, 0.0), MEMORY),
    ]


def _medians(requests: Sequence[Asked]) -> tuple[float, float]:
    """Give the median cost of a hit of both ways, microseconds of this thread's time on a processor."""
    table, bots = screener(), Bots()
    for asked in requests:  # a server that runs has its patterns' states in memory
        screen_hit(table, asked)
    bots.is_bot("")
    passes = [
        (
            _median_us(lambda asked: screen_hit(table, asked), requests),
            _median_us(lambda asked: bots.is_bot(asked.user_agent), requests),
        )
        for _ in range(PASSES)
    ]
    return min(ours for ours, _ in passes), min(theirs for _, theirs in passes)


def _median_us(work: Callable[[Asked], object], requests: Sequence[Asked]) -> float:
    took = []
    for start in range(0, len(requests), ROUND):
        some = requests[start : start + ROUND]
        began = time.thread_time()
        for asked in some:
            work(asked)
        took.append((time.thread_time() - began) / len(some) * US)
    return median(took)
