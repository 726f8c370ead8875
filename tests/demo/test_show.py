"""`ringback demo` starts, says what to do, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

import pytest

from demo.ports import HOST, free_port, is_free
from demo.stage import ask_why

if TYPE_CHECKING:
    from collections.abc import Iterator

RINGBACK = Path(sys.executable).with_name("ringback")
READY = "Ctrl-C ends it."
PATIENCE_S = 120
"""For a busy machine; nothing here asserts a time."""


@dataclass
class Show:
    """A demo in a terminal of its own."""

    ports: tuple[int, int, int, int]
    process: subprocess.Popen[str]
    said: str = ""

    def read_until_ready(self) -> None:
        assert self.process.stdout is not None
        stop = Timer(PATIENCE_S, self.process.kill)
        stop.start()
        for line in self.process.stdout:
            self.said += line
            if READY in line:
                break
        stop.cancel()

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        said, _ = self.process.communicate(timeout=PATIENCE_S)
        self.said += said
        return self.process.returncode


@contextmanager
def show(folder: Path, ports: tuple[int, int, int, int] | None = None) -> Iterator[Show]:
    ports = ports or (free_port(), free_port(), free_port(), free_port())
    ringback, site, mail, smtp = map(str, ports)
    process = subprocess.Popen(  # noqa: S603  (our own command)
        [RINGBACK, "demo", "--site-port", site, "--mail-port", mail, "--smtp-port", smtp],
        env=os.environ
        | {"RINGBACK_DATA_DIR": str(folder), "RINGBACK_PORT": ringback, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    try:
        yield Show(ports, process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_S)


def mails(port: int) -> list[dict[str, str]]:
    with urllib.request.urlopen(f"http://{HOST}:{port}/messages.json", timeout=10) as answer:
        found: list[dict[str, str]] = json.load(answer)
    return found


def typed(said: str) -> str:
    """Type the command that the demo names, in the folder where it was started, and give its answer."""
    command = re.search(r"in this folder: (.+)", said)
    assert command is not None
    environ = {name: value for name, value in os.environ.items() if not name.startswith("RINGBACK_")}
    return subprocess.run(  # noqa: S602  (our own words, as a shell takes them)
        command[1], shell=True, env=environ, check=True, capture_output=True, text=True, timeout=PATIENCE_S
    ).stdout


def test_the_command_is_short_where_it_can_be_and_whole_where_it_must(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / ".venv" / "bin" / "python"))
    assert ask_why(Path("ringback-data/demo"), "dana@brightwell.example") == (
        "RINGBACK_DATA_DIR=ringback-data/demo .venv/bin/ringback why dana@brightwell.example"
    )
    assert ask_why(Path("/srv/my demo"), "d@x.example").startswith("RINGBACK_DATA_DIR='/srv/my demo' ")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_and_ends_twice_and_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    for _ in range(2):
        with show(tmp_path) as running:
            running.read_until_ready()
            assert "40 people, 46 deals" in running.said
            assert "Dana Ortiz, Brightwell <dana@brightwell.example>" in typed(running.said)
            _, site, mail, _ = running.ports
            for port in (site, mail):
                assert f"http://{HOST}:{port}" in running.said
            assert [(each["to"], each["subject"]) for each in mails(mail)] == [
                ("dana@brightwell.example", "Single sign-on, in every plan")
            ]
            assert running.end(number) == 0
            assert "Traceback" not in running.said
            assert all(is_free(port) for port in running.ports)


@pytest.mark.parametrize(
    ("place", "way"),
    [(0, "RINGBACK_PORT="), (1, "--site-port"), (2, "--mail-port"), (3, "--smtp-port")],
)
def test_a_taken_port_is_named_before_anything_starts(tmp_path: Path, place: int, way: str) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        ports = [free_port() for _ in range(4)]
        ports[place] = taken.getsockname()[1]
        with show(tmp_path, (ports[0], ports[1], ports[2], ports[3])) as running:
            said, _ = running.process.communicate(timeout=PATIENCE_S)
    assert running.process.returncode == 1
    assert f"Port {ports[place]} is taken" in said
    assert way in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_port_wanted_twice_is_said(tmp_path: Path) -> None:
    port = free_port()
    with show(tmp_path, (port, free_port(), port, free_port())) as running:
        said, _ = running.process.communicate(timeout=PATIENCE_S)
    assert f"Port {port} is wanted twice" in said


def test_a_folder_of_somebody_else_is_never_wiped(tmp_path: Path) -> None:
    precious = tmp_path / "demo" / "thesis.txt"
    precious.parent.mkdir()
    precious.write_text("years of work", encoding="utf-8")
    with show(tmp_path) as running:
        said, _ = running.process.communicate(timeout=PATIENCE_S)
    assert running.process.returncode == 1
    assert "holds files that the demo did not make" in said
    assert precious.read_text(encoding="utf-8") == "years of work"
