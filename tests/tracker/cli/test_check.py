"""`ringback check` and `ringback migrate`: what an admin runs first, and when something is wrong."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from tests.smtp_sink import smtp_sink
from tracker import db
from tracker.cli.check import check_command
from tracker.cli.common import with_installation
from tracker.cli.migrate import migrate_command

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.installation import Installation


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of an embedded installation that never started."""
    monkeypatch.setenv("RINGBACK_DATA_DIR", str(tmp_path))
    return tmp_path


def test_check_does_not_need_a_working_installation(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGBACK_PORT", "high")
    result = CliRunner().invoke(check_command())
    assert result.exit_code == 1
    assert result.stdout.startswith("✗ RINGBACK_PORT: ")
    assert list(data.iterdir()) == []


@pytest.mark.usefixtures("data")
def test_check_tells_by_its_exit_code_whether_mails_can_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    with smtp_sink() as sink:
        monkeypatch.setenv("RINGBACK_SMTP_PORT", str(sink.port))
        reachable = CliRunner().invoke(check_command())
    assert reachable.exit_code == 0, reachable.stdout
    assert "✓ The mail server" in reachable.stdout
    with socket.create_server(("127.0.0.1", 0)) as free:
        closed = free.getsockname()[1]
    monkeypatch.setenv("RINGBACK_SMTP_PORT", str(closed))
    unreachable = CliRunner().invoke(check_command())
    assert unreachable.exit_code == 1
    assert "✗ The mail server" in unreachable.stdout


def test_migrate_says_from_where_to_where(data: Path) -> None:
    first = CliRunner().invoke(migrate_command)
    assert first.exit_code == 0, first.output
    assert first.stdout.startswith("Migrated from an empty database to ")
    assert CliRunner().invoke(migrate_command).stdout.startswith("The tables are up to date (")
    database = db.connect(f"sqlite:///{data / 'ringback.db'}")
    with database.writing() as session:
        assert session.execute(text("SELECT count(*) FROM topic_rules")).scalar_one() > 0
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.dispose()
    newer = CliRunner().invoke(migrate_command)
    assert newer.exit_code == 1
    assert "install the newer release" in newer.stderr


def test_a_database_that_is_not_there_is_one_plain_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    @with_installation
    def command(installation: Installation) -> None:
        raise AssertionError(installation)

    monkeypatch.setenv("RINGBACK_DATABASE_URL", "postgresql+psycopg://127.0.0.1:1/ring")
    monkeypatch.setenv("RINGBACK_KEYS", "Wq7vRt2LxZp9Kd4Ns8Bf6Hj3Mc5Gy1Tu")
    for tried in (migrate_command, click.command("any")(command)):
        result = CliRunner().invoke(tried)
        assert result.exit_code == 1
        assert result.stderr.startswith("Error: The database does not answer")
        assert "ringback check" in result.stderr
