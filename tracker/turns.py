"""Turns: the threads of a process that write to one SQLite file do so in the order in which they asked.

SQLite has whoever finds its file taken sleep and try again. Beside somebody who takes it again at once, as
the drain does under load, others had to be lucky: mails went out after ten seconds.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class TurnTimeoutError(Exception):
    """It took too long until those before were done."""


class Turns:
    """A lock that is given to who has waited longest."""

    def __init__(self) -> None:
        """Nobody has it."""
        self._waiting: deque[threading.Event] = deque()
        self.forget()

    @contextmanager
    def turn(self, timeout_s: float) -> Iterator[None]:
        """Wait for one's turn, and keep the others waiting meanwhile.

        Raises:
            TurnTimeoutError: it did not come within `timeout_s`.

        """
        mine = self._queue()
        if mine is not None:
            self._await(mine, timeout_s)
        try:
            yield
        finally:
            self._pass_on()

    def forget(self) -> None:
        """Begin anew: in a process that was forked, those who had it or stood in line are not there."""
        self._inner = threading.Lock()
        self._taken = False
        self._waiting.clear()

    def _queue(self) -> threading.Event | None:
        """Take it, or stand in line for it; None: it is ours."""
        with self._inner:
            if self._taken:
                mine = threading.Event()
                self._waiting.append(mine)
                return mine
            self._taken = True
            return None

    def _await(self, mine: threading.Event, timeout_s: float) -> None:
        try:
            if mine.wait(timeout_s) or not self._give_up(mine):
                return
        except BaseException:
            # The thread is being ended; nobody must wait for it for ever.
            if not self._give_up(mine):
                self._pass_on()
            raise
        raise TurnTimeoutError

    def _give_up(self, mine: threading.Event) -> bool:
        """Leave the line; False: it has just become our turn."""
        with self._inner:
            if mine.is_set():
                return False
            if mine in self._waiting:  # else the line was forgotten meanwhile
                self._waiting.remove(mine)
            return True

    def _pass_on(self) -> None:
        with self._inner:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
