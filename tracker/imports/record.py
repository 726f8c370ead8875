"""One row seen through the layout: a field's text, and what was found wrong while reading it. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tracker.imports.cells.fault import CellError
from tracker.imports.cells.text import clean, one_line
from tracker.imports.fields import SEVERAL_COLUMNS, Field
from tracker.imports.noted import BLANK, CUT, DEAL_NAMES, Note
from tracker.imports.rejects import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.imports.layout import Layout
    from tracker.imports.reading import Row

T = TypeVar("T")

SHOWN_START = 40
"""Characters of a longer one that the sentence repeats."""
SHOWN_VALUE = 200
"""Characters of a faulty value that a fault repeats."""


class Record:
    """The cells of one row, asked for by field. All faults are kept, not only the first.

    What is a fault, and what only a note, is the rule of `tracker.imports.noted`.
    """

    __slots__ = ("_layout", "_texts", "faults", "line", "notes")

    def __init__(self, row: Row, layout: Layout) -> None:
        """Look at `row` through `layout`."""
        self.line = row.line
        self.faults: list[Fault] = []
        self.notes: list[Note] = []
        self._layout = layout
        self._texts: dict[Field, str] = {}
        width = len(row.cells)
        for field, places in layout.columns.items():
            for place in places if field in SEVERAL_COLUMNS else places[:1]:
                if place < width and (text := clean(row.cells[place])):
                    self._texts[field] = text
                    break

    def text(self, field: Field) -> str:
        """Give what the field's column says, cleaned; empty when blank or when there is no column."""
        return self._texts.get(field, "")

    def line_of(self, field: Field, length: int) -> str:
        """Give the field on one line, of `length` characters at most, as `fitting` does."""
        text = self._texts.get(field)
        return self.fitting(field, one_line(text), length) if text else ""

    def fitting(self, field: Field, text: str, length: int) -> str:
        """Give a text if its column holds it; else it is cut, or left out, or the row is at fault."""
        if len(text) <= length:
            return text
        if self._is_cut(field):
            self.note(field, f"more than {length:,} characters, of which the first {length:,} are stored")
            return text[:length]
        if field in BLANK:
            self.note(field, f"more than {length:,} characters, which are left out")
            return ""
        why = f"has {len(text):,} characters, and at most {length:,} can be kept: shorten it"
        self.blame(field, text, why)
        return text[:length]

    def parse(self, field: Field, parser: Callable[[str], T]) -> T | None:
        """Read the field; None when it is blank, or when it cannot be read, which is noted."""
        text = self._texts.get(field)
        if not text:
            return None
        try:
            return parser(text)
        except CellError as error:
            if field in BLANK:
                self.note(field, "cannot be read, and is left out")
            else:
                self.blame(field, text, str(error))
            return None

    def note(self, field: Field, what: str) -> None:
        """Note what is not taken of a row that may go in: `what` is the end of a sentence."""
        self.notes.append(Note(self.line, self._layout.heading(field), what))

    def _is_cut(self, field: Field) -> bool:
        has_id = Field.DEAL_ID in self._layout.columns
        return field in CUT and (has_id or field not in DEAL_NAMES)

    def blame(self, field: Field, value: str, why: str) -> None:
        """Note a fault: `why` is the end of a sentence that begins with the value."""
        shown = value[:SHOWN_VALUE]
        value = shown if len(shown) == len(value) else f"{shown[:SHOWN_START]}…"
        reason = f"{value!r} {why}." if shown else f"{self._layout.heading(field)} {why}."
        self.faults.append(Fault(self.line, self._layout.heading(field), shown, reason))
