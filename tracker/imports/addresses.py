"""A list of addresses: a CSV with e-mail columns, or an address a line.

All addresses of a line count: a wish must not get lost because it stands second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.imports.cells.fault import CellError
from tracker.imports.cells.person import parse_email, split_addresses
from tracker.imports.cells.text import clean
from tracker.imports.encoding import encoding_of
from tracker.imports.errors import EmptyFileError, MissingColumnsError
from tracker.imports.fields import Field, heading_key
from tracker.imports.formats import FAMILIES
from tracker.imports.reading import read_rows
from tracker.imports.rejects import Fault
from tracker.imports.source import lines_of, opened, stamp_of
from tracker.imports.table import DELIMITERS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from tracker.imports.reading import Row

_HEADINGS = frozenset(name for family in FAMILIES.values() for name in family.synonyms[Field.EMAIL])
_MAIL = frozenset({"email", "emails", "mail"})
_WHICH = frozenset(
    {
        "e",
        "address",
        "addresses",
        "contact",
        "person",
        "work",
        "business",
        "company",
        "home",
        "private",
        "personal",
        "primary",
        "main",
        "first",
        "second",
        "secondary",
        "third",
        "other",
        "further",
        "additional",
        "alternate",
        "alternative",
    }
)
"""Words that leave a heading with *email* in it the person's own address; *owner* would not."""


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
        ChangedFileError: it was written to meanwhile.
        EmptyFileError: it has no lines.
        MissingColumnsError: no heading is one of an e-mail column, and no first cell an address.

    """
    stamp = stamp_of(path)
    encoding = encoding_of(path)
    with opened(path, encoding) as file:
        start = next(lines_of(file, path.name), "")
    delimiter = max(DELIMITERS, key=start.count)
    rows = [row for row in read_rows(path, encoding, delimiter) if not row.is_blank]
    stamp.require_same()
    if not rows:
        msg = f"{path.name}: has no lines with text."
        raise EmptyFileError(msg)
    heading = rows[0].cells
    places = [place for place, cell in enumerate(heading) if _is_email(heading_key(cell))]
    if not places and "@" not in heading[0]:
        msg = (
            f"{path.name}: has no column with a heading like Email, and its first line is no address. The"
            f" headings seen are: {', '.join(map(repr, heading))}."
        )
        raise MissingColumnsError(msg)
    if not places:
        return Addresses(*_read(rows, _Columns(beside=(None,) * len(beside))), ("",) * len(beside))
    columns = _Columns(tuple(places), tuple(_place_of(heading, keys) for keys in beside), len(heading))
    named = tuple("" if each is None else heading[each].strip() for each in columns.beside)
    return Addresses(*_read(rows[1:], columns), named)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where what stands; without e-mail columns there are no headings."""

    emails: tuple[int, ...] = ()
    beside: tuple[int | None, ...] = ()
    count: int = 0

    def fault_of(self, row: Row) -> str:
        """Say what makes the row doubtful: cells beyond the headings, but for those of a plain list."""
        extra = [cell for cell in row.cells[self.count :] if cell.strip()] if self.count > 1 else []
        if row.fault or not extra:
            return row.fault
        return (
            f"The row has {len(row.cells)} cells where the headings are {self.count}: a cell with a delimiter"
            " in it must stand in quotation marks."
        )


def _is_email(key: str) -> bool:
    """Whether a heading is one of people's own addresses: `Email`, `Email 2`, `Secondary e-mail`."""
    words = {word for word in key.split() if not word.isdecimal()}
    return key in _HEADINGS or bool(words & _MAIL and words <= _MAIL | _WHICH)


def _place_of(heading: Sequence[str], keys: Collection[str]) -> int | None:
    return next((place for place, cell in enumerate(heading) if heading_key(cell) in keys), None)


def _read(rows: list[Row], columns: _Columns) -> tuple[tuple[Entry, ...], tuple[Fault, ...]]:
    entries: list[Entry] = []
    faults: list[Fault] = []
    for row in rows:
        fault = columns.fault_of(row)
        cells = tuple(_cell(row, each) for each in columns.beside)
        found: dict[str, Entry] = {}
        for text in _texts(row, columns):
            try:
                email = parse_email(text)
                found.setdefault(email.casefold(), Entry(row.line, email, cells, fault))
            except CellError as error:
                faults.append(Fault(row.line, "", text, row.fault or f"{text!r} {error}."))
        if fault and not row.fault:
            faults.append(Fault(row.line, "", "", fault))
        entries += found.values()
    return tuple(entries), tuple(faults)


def _texts(row: Row, columns: _Columns) -> list[str]:
    """Give what must be addresses: all there is in the e-mail columns, elsewhere what looks like one."""
    if columns.emails:
        beyond = [cell for cell in row.cells[columns.count :] if "@" in cell]
        texts = _parts(*(_cell(row, place) for place in columns.emails), *beyond)
    else:
        texts = [part for part in _parts(*row.cells) if "@" in part]
    return texts or [_cell(row, columns.emails[0] if columns.emails else 0)]


def _parts(*cells: str) -> list[str]:
    return [text for cell in cells for part in split_addresses(clean(cell)) if (text := clean(part))]


def _cell(row: Row, place: int | None) -> str:
    return clean(row.cells[place]) if place is not None and place < len(row.cells) else ""
