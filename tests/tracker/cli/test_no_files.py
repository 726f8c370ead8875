"""Pipes and devices where a file belongs: refused at once, since nothing can be read twice from them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.tracker.imports.conftest import FILES
from tracker.cli.imports import import_command
from tracker.cli.suppress import suppress_command

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tracker.cli.conftest import Ringback

REFUSED = "is no regular file: save it first, then import it."


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def test_a_pipe_is_not_waited_for(ringback: Ringback, pipe: Path) -> None:
    assert REFUSED in ringback(import_command, str(pipe), exit_code=1).output
    hubspots = str(FILES / "hubspot-deals.csv")
    assert REFUSED in ringback(import_command, hubspots, "--contacts", str(pipe), exit_code=1).output
    assert REFUSED in ringback(suppress_command, str(pipe), "--kind", "do-not-call", exit_code=1).output


def test_nor_is_a_device_read(ringback: Ringback) -> None:
    assert REFUSED in ringback(import_command, "/dev/zero", exit_code=1).output


def test_so_many_addresses_that_they_make_no_files_name(ringback: Ringback) -> None:
    many = ", ".join(f"person{number}@brightwell.example" for number in range(200))
    assert "Addresses: 200." in ringback(suppress_command, many, "--kind", "do-not-call").output
