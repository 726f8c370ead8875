"""What is imported is one regular file, the same from the first reading to the last."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.builders import NOON
from tests.tracker.imports.look import all_deals
from tests.tracker.imports.test_ahead import a_file
from tracker.imports import ImportOptions, import_file
from tracker.imports.ahead import CHUNK, WORTH_A_PROCESS, read_ahead
from tracker.imports.errors import ChangedFileError, ImportFailedError, UnreadableFileError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tracker.installation import Installation


def cut_off(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def written_on(path: Path) -> None:
    with path.open("a") as file:
        file.write("\n90000,Deal,1,Firm,Sam,Lost,2026-01-05")


def replaced(path: Path) -> None:
    other = path.with_name("other.csv")
    shutil.copy2(path, other)
    other.replace(path)


def emptied(path: Path) -> None:
    os.truncate(path, 0)


def taken_away(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("change", [cut_off, written_on, replaced, emptied, taken_away])
def test_a_file_that_changes_while_it_is_imported_leaves_nothing(
    installation: Installation, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    path = a_file(tmp_path, CHUNK * 2)[0].path
    options = ImportOptions(rejects=tmp_path / "rejects.csv")

    def meanwhile(done: int, _all: int) -> None:
        if done == CHUNK:
            change(path)

    with pytest.raises(ImportFailedError, match=r"changed while it was being read|cannot be opened"):
        import_file(installation, path, options, NOON, meanwhile)

    assert all_deals(installation) == []
    assert not list(tmp_path.glob("rejects*"))


@pytest.mark.parametrize("cores", [1, 2])
def test_a_file_that_cannot_be_read_any_more_is_said(tmp_path: Path, cores: int) -> None:
    """By whichever process finds it so."""
    table, reader = a_file(tmp_path, 9)
    table.path.write_bytes(b"caf\xe9\n" * 100)
    with pytest.raises(ChangedFileError, match=r"deals\.csv: changed while .* Nothing was imported"):
        list(read_ahead(table, reader, WORTH_A_PROCESS, cores=cores))
    table.path.unlink()
    with pytest.raises(UnreadableFileError, match="cannot be opened: No such file"):
        list(read_ahead(table, reader, WORTH_A_PROCESS, cores=cores))
