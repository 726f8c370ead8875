"""One row seen through the layout: a field's text, and the faults found while reading it. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tracker.imports.cells.fault import CellError
from tracker.imports.cells.text import clean, one_line
from tracker.imports.fields import SEVERAL_COLUMNS, Field
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
    """The cells of one row, asked for by field. All faults are kept, not only the first."""

    __slots__ = ("_layout", "_texts", "faults", "line")

    def __init__(self, row: Row, layout: Layout) -> None:
        """Look at `row` through `layout`."""
        self.line = row.line
        self.faults: list[Fault] = []
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
        """Give the field on one line; what has more than `length` characters is a fault."""
        text = self._texts.get(field)
        return self.fitting(field, one_line(text), length) if text else ""

    def fitting(self, field: Field, text: str, length: int) -> str:
        """Give a text cut to what its column holds, and note it as a fault where that cuts anything off."""
        if len(text) > length:
            why = f"has {len(text):,} characters, and at most {length:,} can be kept: shorten it"
            self.blame(field, text, why)
        return text[:length]

    def parse(self, field: Field, parser: Callable[[str], T]) -> T | None:
        """Read the field; None when it is blank, or when it is faulty, which is noted."""
        text = self._texts.get(field)
        if not text:
            return None
        try:
            return parser(text)
        except CellError as error:
            self.blame(field, text, str(error))
            return None

    def blame(self, field: Field, value: str, why: str) -> None:
        """Note a fault: `why` is the end of a sentence that begins with the value."""
        shown = value[:SHOWN_VALUE]
        value = shown if len(shown) == len(value) else f"{shown[:SHOWN_START]}…"
        reason = f"{value!r} {why}." if shown else f"{self._layout.heading(field)} {why}."
        self.faults.append(Fault(self.line, self._layout.heading(field), shown, reason))
