"""Files that were uploaded, and wait for their import: in a private folder each, for a day at most."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import timedelta
from typing import IO, TYPE_CHECKING

from tracker.imports.history import DRAFTS_KEPT
from tracker.signing import new_key

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

FOLDER = "imports"
"""Under the data folder."""
KEY_LENGTH = 22
"""Letters and digits of a folder's name."""
DEALS, CONTACTS, REJECTS, STATE = "deals.csv", "contacts.csv", "rejects.csv", "state.json"
AT_WORK = timedelta(hours=1)
"""Since a folder was written to last: longer than any import takes that was begun at the page."""
CHUNK = 1 << 20
"""Bytes copied at once."""


class Shelf:
    """What lies on it is for the eyes of Ringback's own user on the machine alone."""

    def __init__(self, data_dir: Path) -> None:
        """Keep folders below `data_dir`, made when the first is wanted."""
        self._root = data_dir / FOLDER

    def new(self) -> str:
        """Make an empty folder; gives its name.

        Raises:
            OSError: there is no room, or no right.

        """
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = new_key(KEY_LENGTH)
        (self._root / name).mkdir(mode=0o700)
        return name

    def path(self, folder: str, name: str) -> Path:
        """Say where a file is, or would be."""
        return self._root / folder / name

    def has(self, folder: str, name: str = DEALS) -> bool:
        """Whether the file is here: another machine of the same installation may have it."""
        return bool(folder) and self.path(folder, name).is_file()

    def keep(self, folder: str, name: str, source: IO[bytes]) -> None:
        """Copy what was uploaded.

        Raises:
            OSError: there is no room, or no right.

        """
        with os.fdopen(_private(self.path(folder, name)), "wb") as target:
            shutil.copyfileobj(source, target, CHUNK)

    def write(self, folder: str, name: str, content: bytes) -> None:
        """Put a small file in its place, whole or not at all; nothing where its folder is gone."""
        path = self.path(folder, name)
        draft = path.with_name(f"{name}.{new_key(KEY_LENGTH)}")
        with suppress(FileNotFoundError):
            with os.fdopen(_private(draft), "wb") as target:
                target.write(content)
            draft.replace(path)

    def read(self, folder: str, name: str) -> bytes:
        """Give a small file; empty where it is not here."""
        try:
            return self.path(folder, name).read_bytes() if folder else b""
        except FileNotFoundError:
            return b""

    def drop(self, folder: str, *names: str) -> None:
        """Remove these files of a folder; without names all of it."""
        if folder and not names:
            shutil.rmtree(self._root / folder, ignore_errors=True)
        for name in names:
            self.path(folder, name).unlink(missing_ok=True)

    @property
    def is_empty(self) -> bool:
        """Whether no folder is here."""
        return not self._root.is_dir() or not any(self._root.iterdir())

    def sweep(self, now: datetime) -> int:
        """Remove folders of which a file is older than `DRAFTS_KEPT`; gives how many.

        Each look at a file writes something beside it, which makes the file itself no younger. Only one
        that is being stored right now stays until that has ended.
        """
        gone, old, idle = 0, (now - DRAFTS_KEPT).timestamp(), (now - AT_WORK).timestamp()
        for folder in self._root.iterdir() if self._root.is_dir() else ():
            with suppress(OSError):
                times = [folder.stat().st_mtime, *(path.stat().st_mtime for path in folder.iterdir())]
                if min(times) < old and times[0] < idle:
                    shutil.rmtree(folder)
                    gone += 1
        return gone


def _private(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
