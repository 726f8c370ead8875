"""Resident memory of what runs: at the start, and after the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.load.lines import of
from bench.load.processes import memory_mb, tree

if TYPE_CHECKING:
    from bench.load.place import Place
    from bench.load.plan import Plan
    from bench.signal.verdict import Bar, Line

PART = "memory"
NO_WAY = "this system does not tell what a process shares (Linux does)"


class MemoryLog:
    """Of one command of a place, since now."""

    def __init__(self, place: Place, command: str) -> None:
        """Note how much it takes at the start."""
        self._place = place
        self._command = command
        self._start = self.now_mb()

    def now_mb(self) -> float | None:
        """Of `serve`, its largest web process; of others, all their processes together."""
        pids = tree(self._place.running[self._command].pid)
        each = [mb for pid in pids if (mb := memory_mb(pid)) is not None]
        if not each:
            return None
        return max(each[1:] or each) if self._command == "serve" else sum(each)

    def lines(self, plan: Plan, name: str, bar: Bar) -> list[Line]:
        """Tell the memory at the start and now, each against the bar."""
        after = self.now_mb()
        return [
            of(plan, PART, f"{name}, {when}", [] if mb is None else [mb], bar, "" if mb else NO_WAY)
            for when, mb in (("at the start", self._start), ("after the run", after))
        ]
