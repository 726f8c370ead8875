"""Putting requests at the inbox's end, by the database's driver itself.

All requests of a process wait for it, and SQLAlchemy takes longer to say this one sentence than PostgreSQL
takes to understand it. Its pool still lends the connection, and its errors are what callers are told.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
from psycopg import OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import DiagnosticField, ExecStatus
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from psycopg.pq.abc import PGconn, PGresult
    from sqlalchemy import Engine, PoolProxiedConnection

_POSTGRESQL = (
    b"INSERT INTO inbox (at, arrival, tries)"
    b" SELECT (value ->> 0)::timestamptz, value ->> 1, 0 FROM json_array_elements($1::json)"
)
_SQLITE = (
    "INSERT INTO inbox (at, arrival, tries)"
    " SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), 0 FROM json_each(?)"
)
_NAME = b"keep"
"""Of the statement, on each connection that has it prepared."""


class Keeper:
    """One process's way to the inbox's end, for any of its threads."""

    def __init__(self, engine: Engine) -> None:
        """Take the inbox's engine, on which each statement is a transaction of its own."""
        self._engine = engine
        self._insert = {"postgresql": _to_postgresql, "sqlite": _to_sqlite}[engine.dialect.name]
        self._zone = {"postgresql": "+00", "sqlite": ""}[engine.dialect.name]

    def keep(self, arrivals: Sequence[tuple[datetime, str]]) -> None:
        """Put these there, on disk when this returns.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: none of them was kept.

        """
        rows = [(f"{at:%Y-%m-%d %H:%M:%S.%f}{self._zone}", text) for at, text in arrivals]
        values = msgspec.json.encode(rows)
        try:
            self._keep(values)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            # The server was started anew since; what it may have committed before it went comes twice.
            self._keep(values)

    def _keep(self, values: bytes) -> None:
        with _lent(self._engine) as connection:
            self._insert(connection, values)


@contextmanager
def _lent(engine: Engine) -> Iterator[PoolProxiedConnection]:
    """Lend a connection, and do not take back one that is lost.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: in the place of the driver's own errors.

    """
    dialect = engine.dialect
    errors = dialect.loaded_dbapi.Error
    connection = None
    try:
        connection = engine.raw_connection()
        yield connection
    except errors as error:
        is_lost = connection is not None and dialect.is_disconnect(error, connection, None)
        if connection is not None and is_lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            None, None, error, errors, connection_invalidated=is_lost, dialect=dialect
        ) from error
    finally:
        if connection is not None:
            connection.close()


def _to_postgresql(connection: PoolProxiedConnection, values: bytes) -> None:
    server: PGconn = connection.driver_connection.pgconn  # type: ignore[union-attr]  # it is psycopg's
    if _NAME not in connection.info:
        _check(server, server.exec_(b"SET client_encoding TO 'UTF8'"))
        _check(server, server.prepare(_NAME, _POSTGRESQL))
        connection.info[_NAME] = True
    # Other threads go on meanwhile, as they would while psycopg waits.
    _check(server, server.exec_prepared(_NAME, [values]))


def _check(server: PGconn, result: PGresult) -> None:
    if result.status == ExecStatus.COMMAND_OK:
        return
    if not result.error_field(DiagnosticField.SQLSTATE):  # not the server says so, but that it is gone
        raise OperationalError(server.get_error_message())
    raise error_from_result(result)


def _to_sqlite(connection: PoolProxiedConnection, values: bytes) -> None:
    connection.driver_connection.execute(_SQLITE, (values.decode(),))  # type: ignore[union-attr]  # it is sqlite3's
