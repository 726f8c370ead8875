"""Long files are read by a second process; nothing else about an import changes with it."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from multiprocessing import resource_tracker
from multiprocessing.reduction import ForkingPickler
from typing import TYPE_CHECKING

import pytest

from tests.builders import NOON
from tracker.imports import ImportOptions
from tracker.imports.ahead import CHUNK, MOST_THAT_TRAVELS, WORTH_A_PROCESS, read_ahead
from tracker.imports.contacts import Contacts
from tracker.imports.errors import ImportFailedError
from tracker.imports.formats import FAMILIES
from tracker.imports.layout import lay_out
from tracker.imports.memory import Memory
from tracker.imports.rows import RowReader
from tracker.imports.survey import survey
from tracker.imports.table import find_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.imports.ahead import Chunk
    from tracker.imports.table import Table

KEEPS_READING = """
import signal, sys, time
from pathlib import Path
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from tests.tracker.imports.test_ahead import CHUNK, WORTH_A_PROCESS, a_file, read_ahead
chunks = read_ahead(*a_file(Path(sys.argv[1]), CHUNK * 8), WORTH_A_PROCESS, cores=2)
next(chunks)
print("reading", flush=True)
time.sleep(600)
"""
LONGEST_END_S = 30
"""Far more than the end of a process takes."""
HEADINGS = (
    "Deal - ID,Deal - Title,Deal - Value,Deal - Organization,Deal - Owner,Deal - Status,Deal - Lost time"
)
HUBSPOTS = "Record ID,Deal Name,Amount,Associated Company,Deal owner,Deal Stage,Close Date"


def a_file(tmp_path: Path, rows: int, headings: str = HEADINGS) -> tuple[Table, RowReader]:
    """Every thousandth deal has an amount that is none."""
    lines = [
        f"{number},Deal {number},{number if number % 1_000 else 'x'},Firm {number}; Sons,Sam,Lost,2026-01-05"
        for number in range(1, rows + 1)
    ]
    path = tmp_path / "deals.csv"
    path.write_text("\n".join([headings, *lines]), encoding="utf-8")
    table = find_table(path, [])
    layout = lay_out(table, ImportOptions(), Memory())
    return table, RowReader(layout, survey(table, layout, Memory(), None), "GBP", "GB", NOON.date())


def is_shared(chunks: Iterator[Chunk]) -> bool:
    """Whether a second process reads them."""
    before = len(multiprocessing.active_children())
    next(chunks)
    shared = len(multiprocessing.active_children()) > before
    chunks.close()  # type: ignore[attr-defined]  # a generator, as it happens
    return shared


@pytest.mark.parametrize(("headings", "account"), [(HEADINGS, "Firm 1; Sons"), (HUBSPOTS, "Firm 1")])
def test_the_second_process_finds_what_the_first_would_in_the_same_order(
    tmp_path: Path, headings: str, account: str
) -> None:
    table, reader = a_file(tmp_path, CHUNK * 3 + 1, headings)
    together = list(read_ahead(table, reader, WORTH_A_PROCESS, cores=2))
    assert together == list(read_ahead(table, reader, WORTH_A_PROCESS, cores=1))
    assert [chunk.rows for chunk in together] == [CHUNK, CHUNK, CHUNK, 1]
    assert sum(len(chunk.rejected) for chunk in together) == 6
    assert together[0].deals[0].account == account


def test_a_second_process_reads_long_files_where_there_is_a_second_core(tmp_path: Path) -> None:
    table, reader = a_file(tmp_path, 9)
    assert is_shared(read_ahead(table, reader, WORTH_A_PROCESS, cores=2))
    assert not is_shared(read_ahead(table, reader, WORTH_A_PROCESS - 1, cores=2))
    assert not is_shared(read_ahead(table, reader, WORTH_A_PROCESS, cores=1))


def test_what_is_large_does_not_travel(tmp_path: Path) -> None:
    """A file of contacts, and a heading row that is longer than many files."""
    table, reader = a_file(tmp_path, 9)
    assert not is_shared(
        read_ahead(table, replace(reader, contacts=Contacts({}, ())), WORTH_A_PROCESS, cores=2)
    )
    table, reader = a_file(tmp_path, 9, f"{HEADINGS},{'x' * MOST_THAT_TRAVELS}")
    assert not is_shared(read_ahead(table, reader, WORTH_A_PROCESS, cores=2))


@pytest.fixture
def stillborn() -> Iterator[None]:
    """Processes that die at their start."""
    resource_tracker.ensure_running()  # which is a process too
    python, false = sys.executable, shutil.which("false")
    assert false is not None
    multiprocessing.set_executable(false)
    yield
    multiprocessing.set_executable(python)


@pytest.mark.usefixtures("stillborn")
@pytest.mark.parametrize("more", [0, MOST_THAT_TRAVELS - 8 * 1024])
def test_a_second_process_that_dies_at_its_start_is_said(tmp_path: Path, more: int) -> None:
    """Nobody waits for it to take what it is handed."""
    table, reader = a_file(tmp_path, 9, f"{HEADINGS},{'x' * more}")
    with pytest.raises(ImportFailedError, match="Nothing was imported"):
        list(read_ahead(table, reader, WORTH_A_PROCESS, cores=2))


def test_a_second_process_that_is_ended_is_said(tmp_path: Path) -> None:
    chunks = read_ahead(*a_file(tmp_path, CHUNK * 12), WORTH_A_PROCESS, cores=2)
    next(chunks)
    for child in multiprocessing.active_children():
        child.kill()
    with pytest.raises(ImportFailedError, match="Nothing was imported"):
        list(chunks)


def test_who_stops_in_the_middle_leaves_no_process_behind(tmp_path: Path) -> None:
    chunks = read_ahead(*a_file(tmp_path, CHUNK * 8), WORTH_A_PROCESS, cores=2)
    next(chunks)
    chunks.close()
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


@pytest.mark.parametrize("name", FAMILIES)
def test_whatever_family_it_is_of_it_can_be_handed_over(name: str) -> None:
    assert ForkingPickler.loads(ForkingPickler.dumps(FAMILIES[name])).name == name
