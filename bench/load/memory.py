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
        """Of `run`, its processes together; of others, their largest process."""
        each = self._each()
        if not each:
            return None
        return sum(each) if self._command == "run" else max(each)

    def _each(self) -> list[float]:
        pids = tree(self._place.running[self._command].pid)
        return [mb for pid in pids if (mb := memory_mb(pid)) is not None]

    def lines(self, plan: Plan, name: str, bar: Bar) -> list[Line]:
        """Tell the memory at the start and now, each against the bar."""
        each = self._each()
        whole = f"all its {len(each)} processes: {sum(each):.0f} MB" if self._command != "run" else ""
        return [
            of(plan, PART, f"{name}, {when}", [] if mb is None else [mb], bar, note if mb else NO_WAY)
            for when, mb, note in (
                ("at the start", self._start, ""),
                ("after the run", self.now_mb(), whole),
            )
        ]
