"""Many rows written by one statement each time, past the session's own bookkeeping: for the way of a hit.

PostgreSQL takes them as one parameter of JSON, whose fields become columns by the table's own types; SQLite,
where a statement costs next to nothing, takes them one after the other.
"""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Executable, bindparam, func, insert, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.schema import ScalarElementColumnDefault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from tracker.models import Base


def new_ids(session: Session, table: type[Base], count: int) -> Sequence[int]:
    """Give ids for new rows, in ascending order; nobody else gets them."""
    connection, name = session.connection(), table.__tablename__
    if connection.dialect.name == "postgresql":
        sequence = func.nextval(func.pg_get_serial_sequence(name, "id"))
        return sorted(connection.scalars(select(sequence).select_from(func.generate_series(1, count))))
    last = connection.scalar(select(func.max(table.__table__.c.id))) or 0  # ours is the one writer
    return range(last + 1, last + 1 + count)


def insert_rows(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write new rows, each with the same columns; of the others the database's defaults hold."""
    if not rows:
        return
    connection, columns = session.connection(), tuple(rows[0])
    if connection.dialect.name == "postgresql":
        connection.execute(_pg_insert(table.__tablename__, columns), _as_json(rows))
    else:
        connection.execute(insert(table), list(rows))


def update_rows(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write these columns of existing rows, told by their `id`, each with the same columns."""
    if not rows:
        return
    connection, columns = session.connection(), tuple(rows[0])
    if connection.dialect.name == "postgresql":
        connection.execute(_pg_update(table.__tablename__, columns), _as_json(rows))
    else:
        given = [{f"new_{name}": value for name, value in row.items()} for row in rows]
        connection.execute(_update_one(table, columns), given)


def columns_of(names: Sequence[str]) -> Callable[[object], dict[str, Any]]:
    """Make what gives these columns of a record, by their names."""
    values = attrgetter(*names)
    return lambda record: dict(zip(names, values(record), strict=True))


def as_row(entity: Base) -> dict[str, Any]:
    """Give the columns of what is in no session, with what stands for those that nobody set."""
    state = entity.__dict__
    return {name: state.get(name, default) for name, default in _defaults(type(entity)).items()}


@cache
def _defaults(table: type[Base]) -> dict[str, Any]:
    return {
        column.name: column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
        for column in table.__table__.c
    }


def _as_json(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {"rows": msgspec.json.encode(rows).decode()}


@cache
def _pg_insert(table: str, columns: tuple[str, ...]) -> Executable:
    names = ", ".join(_quoted(columns))
    return text(f"INSERT INTO {table} ({names}) SELECT {names} FROM {_records(table)}")  # noqa: S608  (ours)


@cache
def _pg_update(table: str, columns: tuple[str, ...]) -> Executable:
    changes = ", ".join(f"{name} = new.{name}" for name in _quoted(columns) if name != "id")
    return text(
        f"UPDATE {table} SET {changes} FROM {_records(table)} AS new WHERE {table}.id = new.id"  # noqa: S608  (ours)
    )


@cache
def _update_one(table: type[Base], columns: tuple[str, ...]) -> Executable:
    own = table.__table__.c
    new = {name: bindparam(f"new_{name}", type_=own[name].type) for name in columns}
    return update(table).where(own.id == new.pop("id")).values(new)


def _records(table: str) -> str:
    return f"json_populate_recordset(NULL::{table}, CAST(:rows AS json))"


def _quoted(columns: Sequence[str]) -> list[str]:
    quote = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]
    return [quote(name) for name in columns]
