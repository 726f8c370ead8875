"""Processes by their ids: children, who holds a connection, and ends that nobody can refuse."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from demo.serving import Child, ServerError

if TYPE_CHECKING:
    from collections.abc import Callable

PROC = Path("/proc")
LISTENING = "0A"
LOOK_EVERY_S = 0.02


def children_of(pid: int) -> list[int]:
    """Give the processes that a process started and that still run, in the order of their ids."""
    found = []
    for task in (PROC / str(pid) / "task").glob("*/children"):
        with suppress(OSError):
            found += [int(each) for each in task.read_text().split()]
    return sorted(found)


def kill(pid: int) -> bool:
    """End a process as the kernel does when memory is short; says whether it was there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def kill_group(child: Child) -> None:
    """End a server and all that it started, at once."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    wait_for(lambda: not runs(child), 10)


def runs(child: Child) -> bool:
    """Whether it still runs."""
    try:
        child.check()
    except ServerError:
        return False
    return True


def holder_of_port(port: int, among: list[int]) -> int | None:
    """Tell which of these processes has a TCP connection from this local port."""
    inode = _inode(port)
    return next((pid for pid in among if inode and f"socket:[{inode}]" in _open_files(pid)), None)


def wait_for(what: Callable[[], object], patience_s: float) -> float | None:
    """Wait until something is so; gives the seconds that took, None when it never was."""
    began = time.monotonic()
    while not what():
        if time.monotonic() - began > patience_s:
            return None
        time.sleep(LOOK_EVERY_S)
    return time.monotonic() - began


def _inode(port: int) -> str:
    for line in (PROC / "net" / "tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].rpartition(":")[2], 16) == port and fields[3] != LISTENING and fields[9] != "0":
            return fields[9]
    return ""


def _open_files(pid: int) -> set[str]:
    found = set()
    with suppress(OSError):
        for each in (PROC / str(pid) / "fd").iterdir():
            with suppress(OSError):
                found.add(str(each.readlink()))
    return found
