"""Long files are read by a second process; nothing else about an import changes with it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tracker.imports import ImportOptions
from tracker.imports.ahead import CHUNK, WORTH_A_PROCESS, read_ahead
from tracker.imports.errors import ImportFailedError
from tracker.imports.layout import lay_out
from tracker.imports.memory import Memory
from tracker.imports.rows import RowReader
from tracker.imports.survey import survey
from tracker.imports.table import find_table
from tracker.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.imports.table import Table

KEEPS_READING = """
import sys, time
from pathlib import Path
from tests.tracker.imports.test_ahead import CHUNK, WORTH_A_PROCESS, a_file, read_ahead
chunks = read_ahead(*a_file(Path(sys.argv[1]), CHUNK * 8), WORTH_A_PROCESS)
next(chunks)
print("reading", flush=True)
time.sleep(600)
"""
LONGEST_END_S = 30
"""Far more than the end of a process takes."""
HEADINGS = (
    "Deal - ID,Deal - Title,Deal - Value,Deal - Organization,Deal - Owner,Deal - Status,Deal - Lost time"
)


def a_file(tmp_path: Path, rows: int) -> tuple[Table, RowReader]:
    """Every thousandth deal has an amount that is none."""
    lines = [
        f"{number},Deal {number},{'x' if number % 1_000 == 0 else number},Firm {number},Lost,2026-01-05"
        for number in range(1, rows + 1)
    ]
    path = tmp_path / "deals.csv"
    path.write_text("\n".join([HEADINGS, *lines]), encoding="utf-8")
    table = find_table(path, [])
    layout = lay_out(table, ImportOptions(), Memory())
    return table, RowReader(layout, survey(table, layout, Memory(), None), Settings())


def test_the_second_process_finds_what_the_first_would_in_the_same_order(tmp_path: Path) -> None:
    rows = CHUNK * 3 + 1
    alone = list(read_ahead(*a_file(tmp_path, rows), rows))
    together = list(read_ahead(*a_file(tmp_path, rows), WORTH_A_PROCESS))
    assert together == alone
    assert [chunk.rows for chunk in together] == [CHUNK, CHUNK, CHUNK, 1]
    assert sum(len(chunk.rejected) for chunk in together) == rows // 1_000


def test_a_second_process_that_is_ended_is_said(tmp_path: Path) -> None:
    chunks = read_ahead(*a_file(tmp_path, CHUNK * 12), WORTH_A_PROCESS)
    next(chunks)
    for child in multiprocessing.active_children():
        child.kill()
    with pytest.raises(ImportFailedError, match="Nothing was imported"):
        list(chunks)


def test_who_stops_in_the_middle_leaves_no_process_behind(tmp_path: Path) -> None:
    chunks = read_ahead(*a_file(tmp_path, CHUNK * 8), WORTH_A_PROCESS)
    next(chunks)
    chunks.close()  # type: ignore[attr-defined]  # a generator, as it happens
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_an_import_that_is_ended_leaves_no_process_behind(tmp_path: Path, ending: signal.Signals) -> None:
    """Its output ends when nobody is left who holds it."""
    with subprocess.Popen(  # noqa: S603  (our own words)
        [sys.executable, "-c", KEEPS_READING, str(tmp_path)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        start_new_session=True,
    ) as importing:
        try:
            assert importing.stdout is not None
            assert importing.stdout.readline() == b"reading\n"
            importing.send_signal(ending)
            assert importing.communicate(timeout=LONGEST_END_S)[0] == b""
        finally:
            with suppress(ProcessLookupError):
                os.killpg(importing.pid, signal.SIGKILL)
