"""A screen that nobody looks at, and a hand on its mouse and keyboard."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bench.signal.rig.chromium import STOP_WITHIN_S, needed

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = (1280, 900)
REQUEST_S = 10


@contextmanager
def display() -> Iterator[str]:
    """Run a screen of our own; gives its name.

    Raises:
        bench.signal.rig.chromium.MissingError: Xvfb is not installed.

    """
    server = needed("Xvfb", "xvfb")
    width, height = SIZE
    reading, writing = os.pipe()
    process = subprocess.Popen(  # noqa: S603
        [server, "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
        pass_fds=(writing,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:  # ends when it listens, or has died
            number = told.readline().strip()
        yield f":{number}"
    finally:
        process.terminate()
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def hand(screen: str, *words: object) -> str:
    """Have xdotool do something on a screen; gives what it says.

    Raises:
        bench.signal.rig.chromium.MissingError: xdotool is not installed.

    """
    command = [needed("xdotool", "xdotool"), *(str(word) for word in words)]
    done = subprocess.run(  # noqa: S603
        command,
        env=os.environ | {"DISPLAY": screen},
        capture_output=True,
        text=True,
        check=True,
        timeout=REQUEST_S,
    )
    return done.stdout
