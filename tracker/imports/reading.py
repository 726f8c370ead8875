"""Lines of text to records of cells, each with the line it begins on. PURE but for the file itself.

A quotation mark that is never closed would swallow the rows behind it: only its own line is given
up, and reading goes on with the next.
"""

from __future__ import annotations

import csv
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from tracker.imports.cells.guard import unguard
from tracker.imports.source import lines_of, opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LONGEST_RECORD = 500
"""Lines; notes have line breaks, but what runs on longer is an unclosed quotation mark."""
UNCLOSED = "A quotation mark is opened here and never closed."
ENDLESS = "A cell here has more than 131,072 characters, or its quotation mark is never closed."
_SEPARATOR_LINE = "sep="
"""What Excel reads the delimiter from, as a first line of its own."""


class Row(NamedTuple):
    """One record as the file has it."""

    line: int
    """Where it begins, counted from 1."""
    cells: list[str]
    fault: str = ""
    """Why the record as a whole cannot be read, as a sentence."""

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing in any cell."""
        return not any(map(str.strip, self.cells))


class _Lines:
    """The lines of a file, of which the last ones read can be taken back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._source = iter(lines)
        self._back: deque[str] = deque()
        self.taken: list[str] = []
        """Since the last record ended."""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= LONGEST_RECORD:
            msg = "a quotation mark is opened here and never closed"
            raise csv.Error(msg)
        line = self._back.popleft() if self._back else next(self._source)
        self.taken.append(line)
        return line

    def take_back(self) -> str:
        """Give up the first line since the last record; the others will be read again."""
        first, *rest = self.taken
        self._back.extendleft(reversed(rest))
        self.taken = []
        return first


def read_rows(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    """Read all records of a file, the heading among them.

    A leading `'` that `guard` put there is taken away again.

    Raises:
        UnreadableFileError, ChangedFileError: it is not what its encoding was found in.

    """
    with opened(path, encoding) as file:
        yield from records(lines_of(file, path.name), delimiter)


def records(text: Iterable[str], delimiter: str) -> Iterator[Row]:
    """Read the records of lines that keep their ends."""
    lines = _Lines(text)
    line = 1
    while True:
        # A new reader each time: an old one keeps the broken record's beginning.
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                count, lines.taken = len(lines.taken), []
                yield _row(line, cells)
                line += count
        except csv.Error as error:
            if not lines.taken:
                return
            fault = _fault(error, is_long=len(lines.taken) > 1)
            # As it is, quotation marks included: only a person can tell where its cells end.
            yield Row(line, lines.take_back().rstrip("\r\n").split(delimiter), fault)
            line += 1
        else:
            return


def without_rests(rows: Iterable[Row], width: int) -> Iterator[Row]:
    """Leave out what is no row but the rest of a cell whose quotation mark is never closed; it says how much.

    Behind such a mark lines count as rows again from the first that has more than half of `width` cells.
    """
    opened_at: Row | None = None
    rest = 0
    for row in rows:
        if opened_at is not None:
            if len(row.cells) <= width // 2 and not row.fault:
                rest += not row.is_blank
                continue
            yield _with_rest(opened_at, rest)
            opened_at, rest = None, 0
        if row.fault in {UNCLOSED, ENDLESS}:
            opened_at = row
        else:
            yield row
    if opened_at is not None:
        yield _with_rest(opened_at, rest)


def _with_rest(row: Row, rest: int) -> Row:
    if not rest:
        return row
    lines = "line behind it is no row, and stays" if rest == 1 else "lines behind it are no rows, and stay"
    return row._replace(fault=f"{row.fault} The {f'{rest:,} ' if rest > 1 else ''}{lines} out with it.")


def separator_named(line: str) -> str | None:
    """Give the delimiter that a first line `sep=;` names."""
    text = line.strip()
    is_named = text.casefold().startswith(_SEPARATOR_LINE) and len(text) == len(_SEPARATOR_LINE) + 1
    return text[-1] if is_named else None


def _row(line: int, cells: list[str]) -> Row:
    whole = "".join(cells)
    if "\x00" in whole:
        return Row(line, cells, "There is a NUL character in this row: the file was damaged on its way.")
    return Row(line, [unguard(cell) for cell in cells] if "'" in whole else cells)


def _fault(error: csv.Error, *, is_long: bool) -> str:
    if "expected after" in str(error) and not is_long:
        return "A quotation mark stands inside a quoted cell: write it twice."
    if "field larger" in str(error):
        return ENDLESS
    return UNCLOSED
