"""What processes cost, as Linux tells it: processor time and memory, of one and of all it started."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
KIBIBYTES_A_MEGABYTE = 1e6 / 1024
CHILD_TIMES = slice(11, 13)
"""Of a process's `stat`, behind its name: time in user mode and in the kernel."""
PARENT = 1


def tree(pid: int) -> list[int]:
    """Give a process and everything under it, oldest first; empty where this system does not say."""
    parents: dict[int, int] = {}
    for entry in PROC.glob("[0-9]*"):
        with suppress(OSError):
            parents[int(entry.name)] = int(_stat(int(entry.name))[PARENT])
    found = [pid] if pid in parents else []
    for each in found:
        found += sorted(child for child, parent in parents.items() if parent == each)
    return found


def cpu_s(pids: list[int]) -> float:
    """Sum up the processor time of processes so far, seconds; what has ended counts no more."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            total += sum(int(ticks) for ticks in _stat(pid)[CHILD_TIMES])
    return total / TICKS


def memory_mb(pid: int) -> float | None:
    """Give a process's proportional share of the memory it uses; None where this system does not say."""
    with suppress(OSError):
        for line in (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / KIBIBYTES_A_MEGABYTE
    return None


def peak_memory_mb(pid: int) -> float | None:
    """Give the most memory that a process ever had at once; None where this system does not say."""
    with suppress(OSError):
        for line in (PROC / str(pid) / "status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / KIBIBYTES_A_MEGABYTE
    return None


def _stat(pid: int) -> list[str]:
    return (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
