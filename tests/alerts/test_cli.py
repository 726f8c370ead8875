"""The `ringback` command as a whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from alerts.cli import COMMANDS, main

IN_A_CONTEXT = click.Context(main)


@pytest.mark.parametrize("name", main.list_commands(IN_A_CONTEXT))
def test_every_command_is_there_under_its_name_and_says_what_it_does(name: str) -> None:
    command = main.get_command(IN_A_CONTEXT, name)
    assert command is not None
    assert command.name == name
    assert command.get_short_help_str()
    assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0


def test_demo_and_journey_are_among_them() -> None:
    assert {"demo", "journey"} <= set(main.list_commands(IN_A_CONTEXT)) - set(COMMANDS)


def test_a_command_that_is_none_is_said() -> None:
    result = CliRunner().invoke(main, ["imprt"])
    assert result.exit_code == 2
    assert "No such command 'imprt'" in result.output


def test_an_import_does_not_wait_for_the_web_or_the_worker() -> None:
    script = (
        "import sys; from click.testing import CliRunner; from alerts.cli import main;"
        "assert CliRunner().invoke(main, ['import', '--help']).exit_code == 0;"
        "print([name for name in ('flask', 'celery', 'granian') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603  (our own interpreter)
    assert answer.stdout == "[]\n"


def test_a_full_disk_behind_the_output_is_said(tmp_path: Path) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        answer = subprocess.run(
            [sys.executable, "-c", "from alerts.cli import main; main()", "stats"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=os.environ | {"RINGBACK_DATA_DIR": str(tmp_path)},
        )
    assert answer.returncode == 1
    assert "Cannot use the output: No space left on device." in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("url", ["postgresql://u:secret@h:abc/x", "postgresql://u:secret@[::1/x"])
def test_a_database_address_that_is_none_is_listed_with_the_other_faults(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGBACK_DATABASE_URL", url)
    monkeypatch.setenv("RINGBACK_PORT", "x")
    for command in ("check", "stats"):
        result = CliRunner().invoke(main, [command])
        assert result.exit_code == 1
        assert "RINGBACK_DATABASE_URL" in result.output
        assert "RINGBACK_PORT" in result.output
        assert "secret" not in result.output


def test_a_file_that_is_no_database_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGBACK_DATA_DIR", str(tmp_path))
    (tmp_path / "ringback.db").write_bytes(bytes(range(256)) * 200)
    for command in ("check", "stats", "migrate", "key-lost"):
        result = CliRunner().invoke(main, [command])
        assert result.exit_code == 1
        assert "not a database" in result.output
