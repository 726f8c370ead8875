"""Chromium as the rig starts it: where it is, what it claims to be, and how it is ended."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from contextlib import contextmanager, suppress
from functools import cache
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from demo.walk import NAMES, QUIET
from tracker.errors import PlainError

if TYPE_CHECKING:
    from collections.abc import Iterator

STOP_WITHIN_S = 5


class MissingError(PlainError):
    """A browser of the rig cannot be started here; the message says what to install."""


def needed(name: str, package: str) -> str:
    """Find a program.

    Raises:
        MissingError: it is not installed.

    """
    found = shutil.which(name)
    if found is None:
        msg = f"there is no {name} here: apt-get install {package}"
        raise MissingError(msg)
    return found


@cache
def chromium() -> str:
    """Find Chromium.

    Raises:
        MissingError: there is none.

    """
    named = os.environ.get("RINGBACK_CHROMIUM")
    found = named or next((each for name in NAMES if (each := shutil.which(name))), None)
    return found or needed("chromium", "chromium")


@cache
def usual_agent() -> str:
    """Give the user agent that this Chromium has with a window and no driver."""
    told = subprocess.run([chromium(), "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    found = re.search(r"(\d+)\.\d+\.\d+\.\d+", told)
    major = found[1] if found else "0"
    return (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
        f" Chrome/{major}.0.0.0 Safari/537.36"
    )


@contextmanager
def started(*arguments: str, display: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """Run a program for as long as the block lasts, with all that it starts."""
    environ = os.environ | ({"DISPLAY": display} if display else {})
    process = subprocess.Popen(  # noqa: S603  (what the rig is made of)
        arguments,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_WITHIN_S)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def undriven(link: str, *arguments: str, display: str = "") -> Iterator[None]:
    """Have Chromium open a link with nothing attached to it, in a profile of its own."""
    with (
        TemporaryDirectory(prefix="ringback-rig-", ignore_cleanup_errors=True) as profile,
        started(chromium(), *QUIET, f"--user-data-dir={profile}", *arguments, link, display=display),
    ):
        yield
