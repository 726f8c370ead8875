"""A file that was uploaded is here for a day, whoever else comes and goes: also after a restart."""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.builders import NOON
from tests.tracker.web.imports.pressing import DANA, HEAD, presses, uploads
from tracker.imports.forgetting import forget_imports
from tracker.imports.history import DRAFTS_KEPT
from tracker.imports.shelf import AT_WORK, DEALS, STATE, Shelf
from tracker.models import Role
from tracker.web.imports.sweeping import Sweeping

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tracker.web.company import Company

PATIENCE_S = 30
OVER = NOON + DRAFTS_KEPT + timedelta(minutes=1)


def files(root: Path) -> list[Path]:
    return [path for path in (root / "imports").rglob("*") if path.is_file()]


def put_back(root: Path, at: datetime) -> None:
    """Make all that lies there as old as that: files take the machine's time."""
    for path in (root / "imports").rglob("*"):
        os.utime(path, (at.timestamp(),) * 2)


def test_it_goes_when_somebody_opens_the_room_although_its_row_is_forgotten(
    company: Company, tmp_path: Path
) -> None:
    marketer = company.browser(company.hire("Mia Moss", Role.MARKETER))
    uploads(marketer, HEAD + DANA)
    put_back(tmp_path, NOON)
    presses(marketer, "look")
    put_back(tmp_path, NOON + timedelta(minutes=1))
    marketer.gets("/imports")
    assert files(tmp_path)
    company.door.now = OVER + timedelta(minutes=1)
    forget_imports(company.database, company.door.now)
    company.browser(company.hire("Meg Lane", Role.MARKETER)).gets("/imports")
    assert files(tmp_path) == []


def test_a_look_makes_it_no_younger_but_an_import_may_end(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    folder = shelf.new()
    for name in (DEALS, STATE):
        shelf.write(folder, name, b"x")
    put_back(tmp_path, NOON)
    last = OVER - timedelta(minutes=5)
    for path in (shelf.path(folder, STATE), shelf.path(folder, STATE).parent):
        os.utime(path, (last.timestamp(),) * 2)
    assert shelf.sweep(OVER) == 0
    assert shelf.sweep(last + AT_WORK + timedelta(seconds=1)) == 1
    assert shelf.is_empty


def test_nobody_has_to_come_for_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.write(shelf.new(), DEALS, b"x")
    put_back(tmp_path, NOON)
    looked = [NOON]

    def clock() -> datetime:
        looked.append(looked[-1] + DRAFTS_KEPT / 2 + timedelta(minutes=1))
        return looked[-1]

    Sweeping(shelf, clock, timedelta(milliseconds=5)).sweep()
    until = time.monotonic() + PATIENCE_S
    while not shelf.is_empty:
        assert time.monotonic() < until
        time.sleep(0.005)
    assert len(looked) > 2  # it came again by itself
