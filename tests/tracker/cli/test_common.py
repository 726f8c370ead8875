"""What keeps a command from its work is one plain sentence, also when it comes to light only in its midst."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from alerts.cli import main
from tests.builders import add_site
from tests.tracker.damage import damage
from tracker import db
from tracker.cli.common import with_installation
from tracker.installation import open_installation
from tracker.schema import migrate
from tracker.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.installation import Installation


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of an installation that was set up and then stopped."""
    monkeypatch.setenv("RINGBACK_DATA_DIR", str(tmp_path))
    opened = open_installation(load_settings())
    migrate(opened.database)
    opened.database.dispose()
    return tmp_path / "ringback.db"


def runs(command: click.Command, *arguments: str) -> Result:
    result = CliRunner().invoke(command, arguments)
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    return result


@pytest.mark.parametrize(
    "arguments",
    [("stats",), ("why", "dana@a.example"), ("rescreen", "--since", "2026-01-01"), ("senders", "list")],
    ids=lambda arguments: arguments[0],
)
def test_a_damaged_database_is_said_in_a_sentence(file: Path, arguments: tuple[str, ...]) -> None:
    damage(file, "visits", "prospects", "sender_rules")
    said = runs(main, *arguments).stderr
    assert "The database cannot be used: database disk image is malformed. Run `ringback check`" in said


@pytest.mark.usefixtures("file")
def test_a_database_that_another_holds_is_said_in_a_sentence(file: Path) -> None:
    @click.command
    @with_installation
    def write(_installation: Installation) -> None:
        database = db.connect(f"sqlite:///{file}", busy_timeout_ms=1)
        with closing(sqlite3.connect(file)) as other:
            other.execute("BEGIN IMMEDIATE")
            with database.writing() as session:
                session.execute(text("DELETE FROM drops"))

    assert "The database does not answer: database is locked. Run `ringback check`" in runs(write).stderr


@pytest.mark.usefixtures("file")
def test_who_stores_what_another_just_stored_is_to_try_again() -> None:
    @click.command
    @with_installation
    def write(installation: Installation) -> None:
        with installation.database.writing() as session:
            site = add_site(session)
            session.flush()
            session.execute(text("INSERT INTO sites SELECT * FROM sites WHERE id = :id"), {"id": site.id})

    said = runs(write).stderr
    assert "Something else stored the same at the same moment (UNIQUE constraint failed: sites.id)" in said


def test_the_check_that_the_others_send_one_to_survives_it(file: Path) -> None:
    damage(file, "visits")
    result = CliRunner().invoke(main, ["check"])
    assert isinstance(result.exception, SystemExit)
    assert "✗ The database's file is damaged" in result.stdout
