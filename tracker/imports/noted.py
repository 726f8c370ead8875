"""What is not taken of a row that goes in all the same, counted and named. PURE.

Which faulty values cost a row, and which only themselves? A prospect is not given up for a detail. So a row
stays out only where the value tells deals or people apart (the deal's ID, the company, a person's name,
address or ID; where there is no ID also the deal's name or product), or is what the deal is about (how it
stands, its amount, a day that cannot be read). Anything else is cut or left blank, as `CUT` and `BLANK` say,
and noted. So is the day of a lost deal that is still to come: CRMs keep the one that was hoped for. Nothing
is invented in its place, and a blank never erases what was known before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from tracker.imports.cells.text import shown
from tracker.imports.fields import Field

if TYPE_CHECKING:
    from collections.abc import Iterable

CUT = frozenset({Field.TITLE, Field.PRODUCT, Field.COMPETITOR, Field.JOB_TITLE})
"""The beginning still says what it is about."""
BLANK = frozenset(
    {
        Field.OWNER,
        Field.ACCOUNT_OWNER,
        Field.OWNER_EMAIL,
        Field.OUTCOME,
        Field.RENEWAL_ON,
        Field.NOT_QUALIFIED,
        Field.PHONE,
    }
)
"""Half of it would be another's name, another number, or nothing that can be read."""
DEAL_NAMES = frozenset({Field.TITLE, Field.PRODUCT})
"""What tells deals apart where no column has their IDs."""
FIRST = 3
"""Lines that a sentence names."""
MOST_KINDS = 50
"""Sentences of one file: there is one for each column, hardly more."""


class Note(msgspec.Struct, frozen=True):
    """One value that was not taken as it stands."""

    line: int
    column: str
    what: str
    """What it is and what is done about it, as the end of a sentence."""


@dataclass(slots=True)
class Noted:
    """The notes of a file, put together."""

    _found: dict[tuple[str, str], tuple[int, list[int]]] = field(default_factory=dict)

    def add(self, notes: Iterable[Note]) -> None:
        """Count notes, in the order of their lines."""
        for note in notes:
            kind = (note.column, note.what)
            count, first = self._found.get(kind, (0, []))
            if count or len(self._found) < MOST_KINDS:
                self._found[kind] = count + 1, first if len(first) >= FIRST else [*first, note.line]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Say for each kind how many there are, and in which lines the first stand."""
        return tuple(
            f"{shown(column)}, in {_rows(count, first)}: {what}."
            for (column, what), (count, first) in self._found.items()
        )


def _rows(count: int, first: list[int]) -> str:
    lines = f"line{'' if count == 1 else 's'} {', '.join(map(str, first))}"
    more = " and more" if count > len(first) else ""
    return f"{count:,} row{'' if count == 1 else 's'} ({lines}{more})"
