"""The `ringback` command as a whole."""

from __future__ import annotations

import subprocess
import sys

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
