"""Starting and stopping the parts of the demo: web applications in threads, Ringback as a child process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.serving import WSGIRequestHandler, make_server

from demo.ports import HOST
from tracker.errors import PlainError
from tracker.settings import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flask import Flask

READY_WITHIN_S = 60
STOP_WITHIN_S = 3.0
"""A server that has not stopped by then is killed: what it committed is safe, as after a power cut."""
LOOK_EVERY_S = 0.05
SHOWN_LINES = 15
"""Of a server's last words."""
COMMAND = Path(sys.executable).with_name("ringback")


class ServerError(PlainError):
    """A server did not start or has ended; the message holds its last words."""


class _Silent(WSGIRequestHandler):
    """Serves without a line for each request."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002, ANN401  (the library's signature)
        """Say nothing."""


@contextmanager
def web(app: Flask, port: int) -> Iterator[str]:
    """Serve an application in a thread; gives its origin.

    Raises:
        OSError: the port is taken.

    """
    server = make_server(HOST, port, app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.port}"
    finally:
        server.shutdown()
        thread.join(STOP_WITHIN_S)
        server.server_close()


class Child:
    """A Ringback of its own process, in a process group of its own."""

    def __init__(
        self,
        arguments: tuple[str, ...],
        settings: Mapping[str, str],
        log: Path,
        command: Sequence[str | Path] = (COMMAND,),
    ) -> None:
        """Start it with these settings and no others; what it says goes to `log`."""
        # The child needs the rest of the environment (paths, locale); of Ringback's settings, only these.
        kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        self._log = log
        with log.open("ab") as out:
            # A session of its own: a Ctrl-C in the terminal is for us, and we stop it in good order.
            self._process = subprocess.Popen(  # noqa: S603  (our own command)
                [*command, *arguments],
                env=kept | dict(settings),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Of the process, and of its group."""
        return self._process.pid

    def ended_with(self) -> int | None:
        """Give its exit code; None while it runs."""
        return self._process.poll()

    def check(self) -> None:
        """Make sure that it still runs.

        Raises:
            ServerError: it has ended.

        """
        if self._process.poll() is not None:
            raise ServerError(self._last_words())

    def wait_until_ready(self, url: str) -> None:
        """Wait until it answers at `url`.

        Raises:
            ServerError: it ended, or took too long.

        """
        ends = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < ends:
            self.check()
            try:
                with urllib.request.urlopen(url, timeout=2):  # noqa: S310  (our own address)
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(LOOK_EVERY_S)
        msg = f"Ringback does not answer at {url}.\n{self._last_words()}"
        raise ServerError(msg)

    def stop(self) -> None:
        """End it and all that it started."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_WITHIN_S)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _last_words(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-SHOWN_LINES:])


@contextmanager
def ringback(
    arguments: tuple[str, ...],
    settings: Mapping[str, str],
    log: Path,
    command: Sequence[str | Path] = (COMMAND,),
) -> Iterator[Child]:
    """Run `ringback …`, or another command, as a child process for as long as the block lasts."""
    child = Child(arguments, settings, log, command)
    try:
        yield child
    finally:
        child.stop()
