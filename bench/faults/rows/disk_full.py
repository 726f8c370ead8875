"""The disk is full: a small one of its own, in memory, under the SQLite files."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from bench.faults.browser import ACKNOWLEDGED, UNAVAILABLE
from bench.faults.house import House, Wish
from bench.faults.processes import wait_for
from bench.faults.verdict import Check, Outcome, none_of, so
from bench.signal.verdict import at_least

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bench.faults.stage import Stage

SIZE = "24m"
READERS = 20
TRIES = 300
RECOVERY_S = 30
MEBIBYTE = 1 << 20


def tell(house: House) -> Outcome:
    """Fill the disk, go on sending, then make room."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return Outcome(skipped="needs root and mount, for a small disk of its own")
    folder = house.folder / "disk"
    folder.mkdir()
    try:
        with _small_disk(folder):
            return _on_small_disk(house, folder)
    except subprocess.CalledProcessError:
        return Outcome(skipped="this machine lets nobody mount a small disk (tmpfs)")


def _on_small_disk(house: House, folder: Path) -> Outcome:
    with house.stage(Wish(people=READERS, sqlite=True, embedded=True, folder=folder)) as stage:
        stage.start("run")
        stage.welcome(stage.guests)
        filler = folder / "filler"
        _fill(filler)
        full = _statuses(stage, TRIES, stop_at_first=True)
        _fill(filler)
        full += _statuses(stage, 20, stop_at_first=False)
        sound_when_full = _sound(folder)
        filler.unlink()
        room_at = time.monotonic()
        wait_for(lambda: _statuses(stage, 1, stop_at_first=False)[0] in ACKNOWLEDGED, RECOVERY_S)
        recovered = stage.ledger.first_after(room_at)
        lost = stage.lost()
        refused = full.count(UNAVAILABLE)
        return Outcome(
            lost,
            stage.post.duplicates(),
            recovered_s=recovered,
            recovered_bar_s=RECOVERY_S,
            checks=(
                Check("refused with 503", refused, at_least(1, "")),
                none_of("answers beside 2xx and 503", stage.ledger.beside(UNAVAILABLE)),
                none_of("2xx after the first 503 of a full disk", _late_successes(full)),
                so("integrity_check ok", true=sound_when_full and _sound(folder)),
            ),
            note=f"{len(full) - refused} hits fitted into what SQLite had taken; {stage.ledger.said()}",
        )


def _late_successes(statuses: list[int]) -> int:
    first = statuses.index(UNAVAILABLE) if UNAVAILABLE in statuses else len(statuses)
    return sum(status in ACKNOWLEDGED for status in statuses[first:])


def _statuses(stage: Stage, tries: int, *, stop_at_first: bool) -> list[int]:
    found = []
    for each in range(tries):
        guest = stage.guests[each % len(stage.guests)]
        found.append(stage.ledger.post(stage.base_url, guest, [guest.view()]))
        if stop_at_first and found[-1] == UNAVAILABLE:
            break
    return found


def _fill(filler: Path) -> None:
    with suppress(OSError), filler.open("ab", buffering=0) as file:
        while file.write(b"\0" * MEBIBYTE):
            pass
    with suppress(OSError), filler.open("ab", buffering=0) as file:
        while file.write(b"\0"):
            pass


def _sound(folder: Path) -> bool:
    """Ask each SQLite file whether it is whole."""
    answers = []
    for path in sorted(folder.glob("data/*.db")):
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            answers.append(connection.execute("PRAGMA integrity_check").fetchone()[0])
    return bool(answers) and set(answers) == {"ok"}


@contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    subprocess.run(  # noqa: S603  (fixed words and our own folder)
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)],  # noqa: S607
        check=True,
        capture_output=True,
    )
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)  # noqa: S603, S607  (as above)
