"""A disk that fills up while a file is looked through: the page says so, and nothing of it is stored."""

from __future__ import annotations

import errno
import io
import os
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from tests.builders import NOON
from tracker.imports.draft import Answers, examine, load, save
from tracker.imports.shelf import DEALS, Shelf
from tracker.installation import Installation
from tracker.models import Deal
from tracker.settings import Settings
from tracker.signing import Signer
from tracker.web.imports.runner import Runner

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.db import Database

ROWS = b"deal_id,account,title,status\n1,Brightwell,Pro,lost\n2,Fernhill,Basic,lost\n"


class FullShelf(Shelf):
    """One without room for the next so many small files."""

    no_room_for = 0

    def write(self, folder: str, name: str, content: bytes) -> None:
        if self.no_room_for:
            self.no_room_for -= 1
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        super().write(folder, name, content)


@pytest.mark.parametrize("times", [1, 2])
def test_a_trial_that_finds_no_room_ends(database: Database, tmp_path: Path, times: int) -> None:
    installation = Installation(Settings(), database, Signer(["Wq7vRt2LxZp9Kd4Ns8Bf6Hj3Mc5Gy1Tu"]))
    shelf = FullShelf(tmp_path)
    folder = shelf.new()
    shelf.keep(folder, DEALS, io.BytesIO(ROWS))
    draft, ready = examine(installation, shelf, folder, Answers(confirmed=True), NOON)
    assert ready is not None
    save(shelf, folder, draft)
    shelf.no_room_for = times
    Runner(installation, shelf, lambda: NOON).try_out(folder, draft, ready)
    left = load(shelf, folder)
    assert left is not None
    assert left.trial is None
    # Without room even for a word, the missing sign of life tells.
    assert ("No space left on device" in left.failed) is (times == 1)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Deal)) == 0
