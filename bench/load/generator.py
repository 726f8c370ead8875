"""Load from a process of its own: wrk where it is installed, else the bench's own small sender."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.load.bodies import HEADERS, PATH, PLACE
from bench.load.sender import Job, Sent
from demo.ports import HOST
from tracker.errors import PlainError

if TYPE_CHECKING:
    from bench.load.bodies import Bodies

WRK, OWN = "wrk", "own"
"""As they are asked for, and told of."""
SCRIPT = Path(__file__).with_name("wrk.lua")
PATIENCE_S = 90
"""How long a generator may take beyond the time for which it sends."""
LAST_WORDS = 600


class LoadError(PlainError):
    """The load could not be sent; the message says why."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Where to, and how."""

    port: int
    connections: int
    seconds: float
    """wrk wants whole ones."""
    run: str
    """Four characters that no other run has."""
    rate: float = 0
    """Requests a second; 0: as fast as they are answered."""


def chosen(wanted: str) -> str:
    """Give the generator to use; `auto` takes wrk where it is installed."""
    if wanted == WRK and not shutil.which(WRK):
        msg = "wrk is not installed: install it (apt-get install wrk), or leave --generator out."
        raise LoadError(msg)
    return WRK if wanted != OWN and shutil.which(WRK) else OWN


def write(bodies: Bodies, path: Path, port: int, host: str = HOST) -> Path:
    """Write requests as both generators read them."""
    lines = []
    for text in bodies.texts:
        head = (
            f"POST {PATH} HTTP/1.1",
            f"Host: {host}:{port}",
            f"Content-Length: {len(text)}",
            *HEADERS,
        )
        lines.append("\t".join((json.dumps("\r\n".join(head)), json.dumps(text))) + "\n")
    path.write_text("".join(lines), encoding="ascii")
    return path


def send(generator: str, requests: Path, aim: Aim) -> Sent:
    """Send, and wait until all is answered.

    Raises:
        LoadError: the generator failed, or nothing was answered.

    """
    # wrk has no fixed rate.
    with start(OWN if aim.rate else generator, requests, aim) as process:
        return finish(process, aim)


def start(generator: str, requests: Path, aim: Aim) -> subprocess.Popen[str]:
    """Begin to send; as a context manager it is ended with the block."""
    own = Job(HOST, aim.port, str(requests), PLACE, aim.run, aim.connections, aim.seconds, aim.rate)
    if generator == WRK:
        command = [
            WRK,
            *("-t1", f"-c{aim.connections}", f"-d{aim.seconds:.0f}s", "--timeout", "30s", "-s", str(SCRIPT)),
            *(f"http://{HOST}:{aim.port}{PATH}", "--", str(requests), PLACE, aim.run),
        ]
    else:
        command = [sys.executable, "-m", "bench.load.sender", json.dumps(asdict(own))]
    return _Ended(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str], aim: Aim) -> Sent:
    """Wait for a generator, and give what it tells.

    Raises:
        LoadError: it failed, or nothing was answered.

    """
    try:
        out, err = process.communicate(timeout=aim.seconds + PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
    try:
        told = json.loads(out.splitlines()[-1])
        sent = _of_wrk(told) if "answered" in told else Sent(**told)
    except (IndexError, ValueError, TypeError) as error:
        msg = f"The load generator failed.\n{(err or out)[-LAST_WORDS:]}"
        raise LoadError(msg) from error
    if not sent.acknowledged:
        msg = f"Nothing was answered with success: {sent.said or 'no answer came'}."
        raise LoadError(msg)
    return sent


def _of_wrk(told: dict[str, float]) -> Sent:
    """Read what wrk tells, at its end: what it had sent by then may be neither answered nor refused."""
    refused = int(told["refused"])
    return Sent(
        issued=int(told["issued"]),
        acknowledged=int(told["answered"]) - refused,
        refused=refused,
        seconds=told["seconds"],
        ended_at=time.time(),
        p50_ms=told["p50_ms"],
        p99_ms=told["p99_ms"],
        said={"other": refused} if refused else {},
    )


class _Ended(subprocess.Popen[str]):
    """A process that does not outlive its block, whatever ends that."""

    def __exit__(self, *error: object) -> None:
        if self.poll() is None:
            self.kill()
        super().__exit__(None, None, None)
