"""The database's schema: Alembic's migrations, run from here and checked from here."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tracker.db import Database

MIGRATIONS = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = 5_270_101
"""The advisory lock of whoever migrates: a second one waits, and finds nothing left to do."""
LOCK_TIMEOUT = "5s"
"""Longest wait for a table that is in use: everybody after us waits behind us for it. Then that step has
changed nothing, and is to be tried again.
"""


class SchemaError(Exception):
    """The database's tables are not those that this code knows."""


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the tables up to what this code knows, or to one of the steps before; nothing when they are.

    On PostgreSQL each step is committed by itself, so that a long one holds up nobody for what comes after.

    Raises:
        SchemaError: they are newer than this code.
        sqlalchemy.exc.OperationalError: a table was in use for longer than `LOCK_TIMEOUT`.

    """
    _require_known(*revisions(database))
    if database.is_sqlite:
        with database.write_engine.begin() as connection:
            _upgrade(connection, revision)
        return
    with database.write_engine.connect() as connection:
        try:
            # A large table takes as long as it takes.
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(select(func.pg_advisory_lock(ONE_AT_A_TIME)))
            connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.commit()
            _upgrade(connection, revision)
        finally:
            connection.invalidate()  # its settings and its lock end with it


def revisions(database: Database) -> tuple[str | None, str]:
    """Give the database's revision (None: no tables yet) and the code's."""
    with database.read_engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    head = ScriptDirectory.from_config(_config()).get_current_head()
    return current, head or ""


def require_current(database: Database) -> None:
    """Make sure that the tables are those this code knows.

    Raises:
        SchemaError: they are older, newer, or not there; the message says what to do.

    """
    current, head = revisions(database)
    if current == head:
        return
    _require_known(current, head)
    msg = "the database's tables are not up to date: run `ringback migrate`"
    raise SchemaError(msg)


def is_older(current: str | None) -> bool:
    """Whether tables of this revision lack something that this code needs; None: there are none."""
    return current is None or (current in _earlier())


@cache
def _earlier() -> frozenset[str]:
    """Give the revisions before this code's; the files they are read from do not change under a process."""
    scripts = ScriptDirectory.from_config(_config())
    return frozenset(script.revision for script in scripts.walk_revisions()) - {scripts.get_current_head()}


def _require_known(current: str | None, head: str) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if current is not None and current not in known:
        msg = f"the database is newer ({current}) than this Ringback ({head}): install the newer release"
        raise SchemaError(msg)


def _upgrade(connection: Connection, revision: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
