"""What only the whole file shows: how many rows it has, how it writes dates and cents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.imports.cells.dates import DateOrder, order_seen
from tracker.imports.cells.money import decimal_mark
from tracker.imports.cells.text import clean
from tracker.imports.errors import AmbiguousDatesError, EmptyFileError
from tracker.imports.fields import DATES, Field
from tracker.imports.footer import without_footer

if TYPE_CHECKING:
    from tracker.imports.cells.money import DecimalMark
    from tracker.imports.layout import Layout
    from tracker.imports.memory import Memory
    from tracker.imports.table import Table


@dataclass(frozen=True, slots=True)
class Survey:
    """The file's habits."""

    rows: int
    date_order: DateOrder | None
    """None: every date has one reading."""
    decimal_mark: DecimalMark | None
    """None: no amount shows it."""


def survey(table: Table, layout: Layout, memory: Memory, told: DateOrder | None) -> Survey:
    """Read the file once for its habits; `told` is the user's word on dates.

    One date that can be read in one way only (25/03/2026) speaks for all; without any, what files
    with these headings showed before counts.

    Raises:
        EmptyFileError: there are no rows under the headings.
        AmbiguousDatesError: dates could be read both ways, and nothing says which.

    """
    dates = [place for field in DATES for place in layout.columns.get(field, ())]
    amounts = layout.columns.get(Field.VALUE, ())[:1]
    habits = _Habits()
    count = 0
    for row in without_footer(table.rows()):
        count += 1
        width = len(row.cells)
        for place in dates:
            if place < width:
                habits.see_date(place, row.cells[place])
        for place in amounts:
            if place < width and (mark := decimal_mark(clean(row.cells[place]))):
                habits.marks.add(mark)
    if not count:
        msg = f"{table.path.name}: has headings but no rows under them. Export it again."
        raise EmptyFileError(msg)
    order = told or habits.order(memory.date_order)
    if order is None and habits.doubtful:
        place, text = habits.doubtful
        raise AmbiguousDatesError(table.path, table.headings[place], text)
    return Survey(count, order, habits.mark(memory.decimal_mark))


@dataclass(slots=True)
class _Habits:
    orders: set[DateOrder] = field(default_factory=set)
    marks: set[DecimalMark] = field(default_factory=set)
    doubtful: tuple[int, str] | None = None
    """Column and text of the first date that can be read both ways."""

    def see_date(self, place: int, cell: str) -> None:
        text = clean(cell)
        day_first, month_first = order_seen(text)
        if day_first and month_first:
            self.doubtful = self.doubtful or (place, text)
        elif day_first:
            self.orders.add(DateOrder.DAY_FIRST)
        elif month_first:
            self.orders.add(DateOrder.MONTH_FIRST)

    def order(self, before: DateOrder | None) -> DateOrder | None:
        """Give the order that this file shows, else that of files before it."""
        if self.orders:
            return next(iter(self.orders)) if len(self.orders) == 1 else None
        return before if self.doubtful else None

    def mark(self, before: DecimalMark | None) -> DecimalMark | None:
        """Give the decimal mark that this file shows, else that of files before it."""
        if self.marks:
            return next(iter(self.marks)) if len(self.marks) == 1 else None
        return before
