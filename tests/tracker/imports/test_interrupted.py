"""Ctrl-C in a long import: it is said, and nothing is left, whatever the second process was at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.tracker.imports.test_ahead import a_file
from tracker.imports.ahead import CORES, WORTH_A_PROCESS

if TYPE_CHECKING:
    from collections.abc import Callable

PROC = Path("/proc")
LONGEST_WAIT_S = 60
"""Far more than an import takes to begin, or to end."""
IMPORT = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from tracker.cli.imports import import_command
import_command()
"""
"""Minds Ctrl-C as a terminal starts it, also where the tests run in the background, which does not."""


def second_process(first: int) -> Path | None:
    """Where the system tells of the process that reads ahead; None before it has begun."""
    for child in (PROC / f"{first}/task/{first}/children").read_text().split():
        with suppress(OSError):
            if b"spawn_main" in (PROC / child / "cmdline").read_bytes():
                return PROC / child
    return None


def has_begun(process: Path) -> bool:
    """Whether it is there."""
    return process.exists()


def reads(process: Path) -> bool:
    """Whether it has come as far as to ignore Ctrl-C by itself."""
    ignored = (process / "status").read_text().partition("SigIgn:")[2].split()[0]
    return bool(int(ignored, 16) >> (signal.SIGINT - 1) & 1)


@pytest.mark.skipif(CORES == 1 or not PROC.is_dir(), reason="there is no second process, or none to be seen")
@pytest.mark.parametrize("is_there", [has_begun, reads])
def test_ctrl_c_ends_an_import_with_a_word(tmp_path: Path, is_there: Callable[[Path], bool]) -> None:
    path = a_file(tmp_path, WORTH_A_PROCESS * 4)[0].path
    settings = {
        "RINGBACK_DATABASE_URL": f"sqlite:///{tmp_path / 'ringback.db'}",
        "RINGBACK_KEYS": "Wq7vRt2LxZp9Kd4Ns8Bf6Hj3Mc5Gy1Tu",
        "RINGBACK_BASE_URL": "https://ring.northwind.example",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    with subprocess.Popen(  # noqa: S603  (our own words)
        [sys.executable, "-c", IMPORT, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | settings,
        start_new_session=True,
    ) as importing:
        try:
            until = time.monotonic() + LONGEST_WAIT_S
            while not ((second := second_process(importing.pid)) and is_there(second)):
                assert importing.poll() is None, importing.communicate()[0]
                assert time.monotonic() < until
                time.sleep(0.005)
            os.killpg(importing.pid, signal.SIGINT)  # a terminal tells every process
            said = importing.communicate(timeout=LONGEST_WAIT_S)[0]
        finally:
            with suppress(ProcessLookupError):
                os.killpg(importing.pid, signal.SIGKILL)
    assert said.split() == ["Aborted!"]
    assert importing.returncode == 1
