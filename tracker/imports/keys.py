"""What tells deals apart from one file to the next. PURE.

By the CRM's ID where there is one. Without it, and once confirmed, by account and deal name: those
are the deal, and the contact that a report repeats it for only says who else was in it. The day it
closed is no part of the key, since CRMs move it, and a moved day must not double the deal; so two
deals that share account and name but not day and value are refused instead of being taken for one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tracker.imports.cells.fault import CellError
from tracker.imports.deal import bounded_key
from tracker.imports.fields import Field
from tracker.names import name_key

if TYPE_CHECKING:
    from datetime import date

    from tracker.imports.layout import Layout
    from tracker.imports.record import Record

ID_LENGTH = 300
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d+")
"""What a spreadsheet makes of a long number."""


def fallback_key(who: str, deal: str) -> str:
    """Give the key of a deal without an ID; empty when either part is."""
    return bounded_key("key", f"{name_key(who)}|{name_key(deal)}") if who and deal else ""


class DealKeys:
    """Finds the key of each row of one file, and notices when two deals would share one."""

    def __init__(self, layout: Layout) -> None:
        """Begin a file."""
        self._family = layout.family
        self._has_id = Field.DEAL_ID in layout.columns
        self._seen: dict[str, tuple[int, tuple[date | None, int | None]]] = {}

    def key(self, record: Record, fallback: str, marks: tuple[date | None, int | None]) -> str:
        """Give the row's import key; `marks` (day closed, value) must agree wherever a fallback repeats."""
        if self._has_id:
            if not record.text(Field.DEAL_ID):
                record.blame(Field.DEAL_ID, "", "is blank: the next file could not tell this deal again")
            return record.parse(Field.DEAL_ID, self._from_id) or ""
        if not fallback:
            record.blame(Field.TITLE, "", "and account tell deals apart without an ID: neither may be blank")
            return ""
        if record.faults:
            return fallback  # the row is out already; its day and value speak for nobody
        line, first = self._seen.setdefault(fallback, (record.line, marks))
        if first != marks:
            record.blame(
                Field.TITLE,
                record.text(Field.TITLE),
                f"is also the deal of line {line}, but closed on another day or for another value: add the"
                " deal ID to the export, or give each deal a name of its own",
            )
        return fallback

    def _from_id(self, identifier: str) -> str:
        if _SHORTENED.fullmatch(identifier):
            msg = "is a number that a spreadsheet has shortened: import the file as the CRM wrote it"
            raise CellError(msg)
        if len(identifier) > ID_LENGTH:
            msg = f"is longer than any ID: at most {ID_LENGTH} characters"
            raise CellError(msg)
        return f"{self._family.name}:{self._family.canonical_id(identifier)}"
