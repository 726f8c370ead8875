"""A list of addresses: a CSV with an e-mail column, or one address a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.imports.cells.fault import CellError
from tracker.imports.cells.person import parse_email
from tracker.imports.cells.text import clean
from tracker.imports.encoding import encoding_of
from tracker.imports.errors import EmptyFileError, MissingColumnsError
from tracker.imports.fields import Field, heading_key
from tracker.imports.formats import FAMILIES
from tracker.imports.reading import read_rows
from tracker.imports.rejects import Fault
from tracker.imports.table import DELIMITERS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from tracker.imports.reading import Row

_HEADINGS = frozenset(name for family in FAMILIES.values() for name in family.synonyms[Field.EMAIL])


@dataclass(frozen=True, slots=True)
class Entry:
    """One address of a list, and what stands beside it."""

    line: int
    email: str
    beside: tuple[str, ...] = ()
    """Cells of the further columns that were asked for, cleaned; empty where there is none."""
    fault: str = ""
    """Why the cells beside it cannot be trusted, as a sentence."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a list, in its order, and the lines that hold none."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...] = ()
    columns: tuple[str, ...] = ()
    """Headings of the further columns that were asked for; empty where the file has none."""

    @property
    def emails(self) -> tuple[str, ...]:
        """The addresses alone."""
        return tuple(entry.email for entry in self.entries)


def read_addresses(path: Path, beside: Sequence[Collection[str]] = ()) -> Addresses:
    """Read a list of addresses, and what `beside` asks for: the keys of each column's possible headings.

    Raises:
        UnreadableFileError: the file cannot be read.
        EmptyFileError: it has no lines.
        MissingColumnsError: no heading is one of an e-mail column, and no first cell an address.

    """
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as file:
        start = file.readline()
    delimiter = max(DELIMITERS, key=start.count)
    rows = [row for row in read_rows(path, encoding, delimiter) if not row.is_blank]
    if not rows:
        msg = f"{path.name}: has no lines with text."
        raise EmptyFileError(msg)
    place = _place_of(rows[0], _HEADINGS)
    if place is None and "@" not in rows[0].cells[0]:
        msg = (
            f"{path.name}: has no column with a heading like Email, and its first line is no address. The"
            f" headings seen are: {', '.join(map(repr, rows[0].cells))}."
        )
        raise MissingColumnsError(msg)
    if place is None:
        return Addresses(*_read(rows, None, [None] * len(beside)), ("",) * len(beside))
    places = [_place_of(rows[0], keys) for keys in beside]
    columns = tuple("" if each is None else rows[0].cells[each].strip() for each in places)
    return Addresses(*_read(rows[1:], place, places), columns)


def _place_of(heading: Row, keys: Collection[str]) -> int | None:
    return next((place for place, cell in enumerate(heading.cells) if heading_key(cell) in keys), None)


def _read(
    rows: list[Row], place: int | None, beside: Sequence[int | None]
) -> tuple[tuple[Entry, ...], tuple[Fault, ...]]:
    entries: list[Entry] = []
    faults: list[Fault] = []
    for row in rows:
        cells = tuple(_cell(row, each) for each in beside)
        for text in _texts(row, place):
            try:
                entries.append(Entry(row.line, parse_email(text), cells, row.fault))
            except CellError as error:
                faults.append(Fault(row.line, "", text, row.fault or f"{text!r} {error}."))
    return tuple(entries), tuple(faults)


def _texts(row: Row, place: int | None) -> list[str]:
    """Give what must be addresses: the cell at `place`; without headings, all that look like one."""
    if place is not None:
        return [_cell(row, place)]
    # `a@x.example, b@x.example` in one line: a wish must not get lost because it stands second.
    return [clean(cell) for cell in row.cells if "@" in cell] or [clean(row.cells[0])]


def _cell(row: Row, place: int | None) -> str:
    return clean(row.cells[place]) if place is not None and place < len(row.cells) else ""
