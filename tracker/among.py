"""Rows whose column is in a large set, asked for with one parameter instead of thousands.

An `IN` with a parameter for each value is compiled anew each time and has a limit; a list in one
parameter has neither cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import msgspec
from sqlalchemy import BigInteger, Boolean, Integer, Text, TypeDecorator, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import BindParameter, ColumnElement, Dialect, Select
    from sqlalchemy.orm import InstrumentedAttribute
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.sql.operators import OperatorType
    from sqlalchemy.types import TypeEngine


class Many(TypeDecorator[Any]):
    """Any number of texts or whole numbers in one parameter: an array, or on SQLite a list in JSON."""

    impl = Text
    cache_ok = True

    def __init__(self, each: type[BigInteger | Text]) -> None:
        """Take the type of each."""
        super().__init__()
        self.each = each

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Give the type by which a database takes them."""
        return dialect.type_descriptor(ARRAY(self.each()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> list[Any] | str:
        """Write them as a database takes them."""
        values = list(value or ())
        return values if dialect.name == "postgresql" else msgspec.json.encode(values).decode()


class _Among(FunctionElement[bool]):
    type = Boolean()
    name = "among"
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Self:
        """Stand beside other conditions as it is: SQLite uses no index for one that is compared with 1."""
        del against
        return self


def among(
    column: ColumnElement[Any] | InstrumentedAttribute[Any], values: Collection[Any] | str
) -> ColumnElement[bool]:
    """Give the condition that `column`, of texts or whole numbers, is one of `values`.

    A text in their place is the name of a parameter that brings them, for a statement that is built once.
    """
    each = BigInteger if isinstance(column.type, Integer) else Text
    if isinstance(values, str):
        them: BindParameter[Any] = bindparam(values, type_=Many(each))
    else:
        them = bindparam(None, values, type_=Many(each), unique=True)
    return _Among(column, them)


@compiles(_Among, "postgresql")
def _in_array(element: _Among, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    column, values = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    column, values = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  (our own columns)


class _AmongFew(FunctionElement[bool]):
    type = Boolean()
    name = "among_few"
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Self:
        """Stand beside other conditions as it is."""
        del against
        return self


def among_few(
    column: ColumnElement[Any] | InstrumentedAttribute[Any], found: Select[Any]
) -> ColumnElement[bool]:
    """Give the condition that `column` is one of a few that are found first, and looked up one by one.

    Left to itself, PostgreSQL may walk all of a table in some order, and look each up among the few.
    """
    return _AmongFew(column, found.scalar_subquery())


@compiles(_AmongFew, "postgresql")
def _in_found_array(element: _AmongFew, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    column, found = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY (ARRAY{found})"


@compiles(_AmongFew, "sqlite")
def _in_found(element: _AmongFew, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    column, found = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN {found}"
