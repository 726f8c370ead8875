"""Resident memory before and after judging many different user agents: one JSON line.

    python -m bench.signal.memory NUMBER

In a process of its own, so that nothing else's memory is counted. Linux only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from bench.signal.screening import made_up, requests_of, screen_hit, screener
from tracker.ingest.agents import read_agent

STATM = Path("/proc/self/statm")
WARM_UP = 50_000
"""User agents that fill what may be filled: caches, and the patterns' states."""
MEGABYTE = 1e6


def grown_mb(number: int) -> float | None:
    """Tell by how much a process grew over so many different user agents; None: this system does not say."""
    if not STATM.exists():
        return None
    done = subprocess.run(  # noqa: S603  (our own module)
        [sys.executable, "-m", "bench.signal.memory", str(number)], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    grown: float = told["after_mb"] - told["before_mb"]
    return grown


def _judge(number: int, seed: int) -> None:
    table = screener()
    for asked in requests_of(made_up(number, seed), seed):
        read_agent(asked.user_agent)
        screen_hit(table, asked)


def _resident_mb() -> float:
    pages = int(STATM.read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


if __name__ == "__main__":
    _judge(WARM_UP, seed=1)
    before_mb = _resident_mb()
    _judge(int(sys.argv[1]), seed=2)
    print(json.dumps({"before_mb": round(before_mb, 2), "after_mb": round(_resident_mb(), 2)}))  # noqa: T201
