"""The rows that did not go in, written so that they can be mended and imported as they are."""

from __future__ import annotations

import csv
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.imports.cells.guard import guard
from tracker.imports.errors import ImportFailedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Self, TextIO

    from tracker.imports.table import Table

LINE = "Ringback: line"
COLUMN = "Ringback: column"
REASON = "Ringback: reason"
_OURS = (LINE, COLUMN, REASON)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one row."""

    line: int
    column: str
    """The heading; empty when the row as a whole is at fault."""
    value: str
    reason: str
    """A sentence."""


def is_ours(heading: str) -> bool:
    """Whether a heading is one that a rejects file adds."""
    return heading in _OURS


class RejectsFile:
    """A CSV beside the imported one, made with the first row that is rejected.

    UTF-8 with a byte order mark, so that Excel opens it right; the reasons stand first, where they
    are seen. Cells that a spreadsheet would run are guarded; importing takes the guard away.
    """

    def __init__(self, path: Path | None, table: Table) -> None:
        """Write to `path`; None writes nothing."""
        self._path = path
        self._partial = _beside(path) if path else None
        self._delimiter = table.delimiter
        # A mended file may be rejected again: old reasons make way for new ones.
        self._kept = [place for place, heading in enumerate(table.headings) if not is_ours(heading)]
        self._headings = [table.headings[place] for place in self._kept]
        self._width = len(table.headings)
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        """Begin; nothing is written yet."""
        return self

    def __exit__(self, failed: object, *_rest: object) -> None:
        """Put the file in its place, or leave none behind when the import failed."""
        if self._file is None or self._path is None or self._partial is None:
            return
        if not failed:
            self.finish()
        with suppress(OSError):  # what was not finished cannot be kept either
            self._file.close()
        if self._partial == self._path:
            return
        if failed:
            self._partial.unlink(missing_ok=True)
            return
        try:
            self._partial.replace(self._path)
        except OSError:  # the good rows are in: the others stay where they are, and that is told
            self._path = self._partial

    def finish(self) -> None:
        """Have all that was added on the disk: what cannot be kept must be known while all can be undone.

        Raises:
            ImportFailedError: there is no room for it.

        """
        if self._file is not None:
            with self._said():
                self._file.close()

    @property
    def written(self) -> Path | None:
        """Where the rows are, or None when there are none."""
        return self._path if self._file else None

    def add(self, cells: list[str], faults: tuple[Fault, ...]) -> None:
        """Write one row with all that is wrong with it.

        Raises:
            ImportFailedError: the file cannot be written.

        """
        if self._partial is None:
            return
        columns = "; ".join(dict.fromkeys(fault.column for fault in faults if fault.column))
        reasons = " ".join(fault.reason for fault in faults)
        row = [cells[place] if place < len(cells) else "" for place in self._kept]
        with self._said():
            if self._file is None:
                self._file = _opened(self._partial, is_new=self._partial != self._path)
                self._write([*_OURS, *self._headings])
            self._write([str(faults[0].line), columns, reasons, *row, *cells[self._width :]])

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            msg = f"The rejected rows cannot be kept: {error.strerror}."
            place = f"Nothing was imported. Name another place than {self._path} with --rejects."
            raise ImportFailedError(msg, place) from error

    def _write(self, cells: list[str]) -> None:
        csv.writer(self._file, delimiter=self._delimiter).writerow(map(guard, cells))  # type: ignore[arg-type]


def _beside(path: Path) -> Path:
    """Give where to write until all is written; a device (`/dev/null`) must not be replaced by a file."""
    return path if path.exists() and not path.is_file() else path.with_name(path.name + ".part")


def _opened(path: Path, *, is_new: bool) -> TextIO:
    if is_new:
        path.unlink(missing_ok=True)  # what an import left that was ended may be open to all
    return open(path, "w", encoding="utf-8-sig", newline="", opener=_for_owner)


def _for_owner(path: str, flags: int) -> int:
    """Open a list of people for nobody else's eyes."""
    return os.open(path, flags, 0o600)
