"""Rows whose column is in a large set, asked for with one parameter instead of thousands.

An `IN` with a parameter for each value is compiled anew each time and has a limit; a list in one
parameter has neither cost.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import any_, bindparam, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute, Session

T = TypeVar("T", str, int)


def among(
    session: Session,
    column: ColumnElement[T] | InstrumentedAttribute[T] | InstrumentedAttribute[T | None],
    values: Collection[T],
) -> ColumnElement[bool]:
    """Give the condition that `column`, of texts or whole numbers, is one of `values`."""
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(bindparam(None, list(values), type_=ARRAY(column.type)))
    each = func.json_each(literal(json.dumps(list(values)))).table_valued("value")
    return column.in_(select(each.c.value))
