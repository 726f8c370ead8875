"""The different values of an indexed column, found by a step each, however many rows have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, literal, null, select

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import InstrumentedAttribute


def each_value(column: InstrumentedAttribute[str], most: int) -> Select[Any]:
    """Give the values in their order, but the empty one, up to `most`; an index begins with the column."""
    least = select(func.min(column)).where(column > "").scalar_subquery()
    first = select(least.label("value"), literal(1).label("place")).cte(recursive=True)
    following = select(func.min(column)).where(column > first.c.value).scalar_subquery()
    step = select(following, first.c.place + 1).where(first.c.value.is_not(null()), first.c.place < most)
    each = first.union_all(step)
    return select(each.c.value).where(each.c.value.is_not(null()))
