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
    from pathlib import Path

    from tracker.imports.reading import Row

_HEADINGS = frozenset(name for family in FAMILIES.values() for name in family.synonyms[Field.EMAIL])


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a list, in its order, and the lines that hold none."""

    emails: tuple[str, ...]
    faults: tuple[Fault, ...]


def read_addresses(path: Path) -> Addresses:
    """Read a list of addresses.

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
    place = _heading_place(rows[0])
    if place is None and "@" not in rows[0].cells[0]:
        msg = (
            f"{path.name}: has no column with a heading like Email, and its first line is no address. The"
            f" headings seen are: {', '.join(map(repr, rows[0].cells))}."
        )
        raise MissingColumnsError(msg)
    return _read(rows, None) if place is None else _read(rows[1:], place)


def _heading_place(heading: Row) -> int | None:
    return next((place for place, cell in enumerate(heading.cells) if heading_key(cell) in _HEADINGS), None)


def _read(rows: list[Row], place: int | None) -> Addresses:
    emails: list[str] = []
    faults: list[Fault] = []
    for row in rows:
        for text in _texts(row, place):
            try:
                emails.append(parse_email(text))
            except CellError as error:
                faults.append(Fault(row.line, "", text, row.fault or f"{text!r} {error}."))
    return Addresses(tuple(emails), tuple(faults))


def _texts(row: Row, place: int | None) -> list[str]:
    """Give what must be addresses: the cell at `place`; without headings, all that look like one."""
    if place is not None:
        return [clean(row.cells[place]) if place < len(row.cells) else ""]
    # `a@x.example, b@x.example` in one line: a wish must not get lost because it stands second.
    return [clean(cell) for cell in row.cells if "@" in cell] or [clean(row.cells[0])]
