"""The database's schema: Alembic's migrations, run from here and checked from here."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

if TYPE_CHECKING:
    from tracker.db import Database

MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaError(Exception):
    """The database's tables are not those that this code knows."""


def migrate(database: Database) -> None:
    """Bring the tables up to what this code knows; nothing happens when they are.

    Raises:
        SchemaError: they are newer than this code.

    """
    _require_known(*revisions(database))
    config = _config()
    with database.write_engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


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


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
