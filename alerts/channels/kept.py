"""Lines that are kept open for the mails that come next: a new one costs the mail that waits for it.

To a server of the world that is half a dozen answers, and a handshake, before it is told of the mail.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from alerts.channels.mail import SmtpLine


class _Kept(NamedTuple):
    line: SmtpLine
    until: float
    """By the monotonic clock."""
    process: int
    """A child that was forked since has a copy, on which it must say nothing."""


class KeptLines:
    """The lines of one channel that nobody talks on."""

    def __init__(self, keep_s: float) -> None:
        """Keep none yet, and each for `keep_s` seconds; 0: none at all."""
        self._keep_s = keep_s
        self._lines: deque[_Kept] = deque()  # takes and gives without a lock, which a fork could leave locked
        self._closer: tuple[int, threading.Timer] | None = None

    def take(self) -> SmtpLine | None:
        """Give the line that was kept last, if any; whether the server still listens is not known."""
        while self._lines:
            try:
                kept = self._lines.pop()
            except IndexError:
                break
            if kept.process != os.getpid():
                kept.line.hang_up()
            elif kept.until <= time.monotonic():
                kept.line.close()
            else:
                return kept.line
        return None

    def keep(self, line: SmtpLine) -> None:
        """Keep a line for those who come next; one that nobody comes for is closed in time."""
        if not self._keep_s or not line.is_open:
            line.close()
            return
        self._lines.append(_Kept(line, time.monotonic() + self._keep_s, os.getpid()))
        self._see_to_closing()

    def _see_to_closing(self) -> None:
        process = os.getpid()
        if self._closer is not None and self._closer[0] == process and self._closer[1].is_alive():
            return
        timer = threading.Timer(self._keep_s, self._close_old)
        timer.daemon = True
        self._closer = (process, timer)
        timer.start()

    def _close_old(self) -> None:
        self._closer = None
        for _ in range(len(self._lines)):
            try:
                kept = self._lines.popleft()
            except IndexError:
                return
            if kept.until > time.monotonic() and kept.process == os.getpid():
                self._lines.append(kept)
            else:
                kept.line.close()
        if self._lines:
            self._see_to_closing()
