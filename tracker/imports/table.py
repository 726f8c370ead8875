"""Where in a file the table is: its delimiter, and the heading row behind whatever comes before it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from tracker.imports.cells.text import shown
from tracker.imports.encoding import encoding_of, stray_lines
from tracker.imports.errors import EmptyFileError, MissingColumnsError
from tracker.imports.fields import heading_key
from tracker.imports.formats import FAMILIES
from tracker.imports.formats.hubspot import CONTACTS
from tracker.imports.reading import read_rows, records, separator_named, without_rests
from tracker.imports.source import MIXED, lines_of, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tracker.imports.reading import Row

DELIMITERS = (",", ";", "\t", "|")
SEARCHED = 30
"""Lines in which the heading row is looked for; reports put a title and their filters before it."""
_TELLING = 2
"""Headings that we must know for a row to be the heading row rather than the first one."""

_KNOWN = frozenset(
    name for family in (*FAMILIES.values(), CONTACTS) for names in family.synonyms.values() for name in names
)


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose heading row was found."""

    path: Path
    encoding: str
    delimiter: str
    heading_line: int
    headings: tuple[str, ...]
    warning: str = ""
    """What is doubtful about all of it, as a sentence that begins with its name."""

    def rows(self) -> Iterator[Row]:
        """Read the rows below the heading, blank ones included."""
        rows = read_rows(self.path, self.encoding, self.delimiter)
        return without_rests((row for row in rows if row.line > self.heading_line), len(self.headings))


def find_table(path: Path, named: Sequence[str] = ()) -> Table:
    """Find delimiter and heading row: those under which most headings are known to us.

    `named` are headings that the user gave, known on their word.

    Raises:
        UnreadableFileError: the file cannot be read at all.
        EmptyFileError: it has no lines.
        MissingColumnsError: it has but one column, whatever the delimiter.

    """
    encoding = encoding_of(path)
    with opened(path, encoding) as file:
        lines = list(islice(lines_of(file, path.name), SEARCHED))
    told = {heading_key(heading) for heading in named}
    separator = separator_named(lines[0]) if lines else None
    rows = [
        (delimiter, row)
        for delimiter in ((separator,) if separator else DELIMITERS)
        for row in records(lines, delimiter)
        if not row.fault and not row.is_blank
    ]
    if not rows:
        msg = f"{path.name}: has no lines with text. Export it again."
        raise EmptyFileError(msg)
    # The best known, else the widest; of equals the first.
    delimiter, heading = max(rows, key=lambda found: (_score(found[1], told), -found[1].line))
    if len(heading.cells) == 1:
        msg = (
            f"{path.name}: has only one column, {shown(heading.cells[0])!r}. Its columns must be parted by"
            " commas, semicolons or tabs, and its first row must name them."
        )
        raise MissingColumnsError(msg)
    headings = tuple(shown(cell) for cell in heading.cells)
    warning = stray_lines(path).warning(path.name) if encoding == MIXED else ""
    return Table(path, encoding, delimiter, heading.line, headings, warning)


def _score(row: Row, told: set[str]) -> tuple[int, int]:
    keys = {heading_key(cell) for cell in row.cells}
    found = len(keys & (_KNOWN | told))
    # A row of data may hold a word that is also a heading; one such word tells nothing.
    return (found if found >= _TELLING or keys & told else 0, len(row.cells))
