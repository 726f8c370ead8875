"""Migrations on a PostgreSQL on which others work at the same time."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from demo.serving import COMMAND
from tracker import db
from tracker.schema import migrate, require_current, revisions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.db import Database


WITHIN_S = 60


@pytest.fixture
def bare(postgres_url: str) -> Iterator[Database]:
    """A PostgreSQL database without any table."""
    admin = db.connect(postgres_url)
    with admin.write_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE busy"))
        opened = db.connect(admin.write_engine.url.set(database="busy").render_as_string(hide_password=False))
        yield opened
        opened.dispose()
        connection.execute(text("DROP DATABASE busy"))
    admin.dispose()


def test_of_several_who_migrate_at_once_one_does_and_the_others_find_it_done(bare: Database) -> None:
    url = bare.write_engine.url.render_as_string(hide_password=False)
    environ = os.environ | {"RINGBACK_DATABASE_URL": url, "RINGBACK_KEYS": "Wq7vRt2LxZp9Kd4Ns8Bf6Hj3Mc5Gy1Tu"}
    machines = [
        subprocess.Popen([COMMAND, "migrate"], env=environ, stdout=subprocess.PIPE, text=True)  # noqa: S603  (our own command)
        for _ in range(2)
    ]
    for machine in machines:
        machine.communicate(timeout=WITHIN_S)
        assert machine.returncode == 0
    require_current(bare)


@pytest.mark.slow
def test_a_migration_gives_up_on_a_table_in_use_instead_of_holding_up_everybody(bare: Database) -> None:
    with bare.write_engine.begin() as somebody:
        # Whatever the newest migration touches, it also says which it was.
        somebody.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
    with bare.write_engine.begin() as somebody:
        somebody.execute(text("LOCK TABLE alembic_version IN SHARE MODE"))
        with pytest.raises(OperationalError, match="lock timeout"):
            migrate(bare)
    assert revisions(bare)[0] is None
    migrate(bare)
    require_current(bare)
