"""Files that nobody decided on go after a day, also where the process that took them was ended meanwhile."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tracker.imports.shelf import Shelf

EVERY = timedelta(hours=1)
"""As long as anything is on the shelf. The web server sees to that: workers may be on other machines."""


class Sweeping:
    """Looks at the shelf when it is told to, and then again by itself until nothing is on it."""

    def __init__(self, shelf: Shelf, clock: Callable[[], datetime], every: timedelta = EVERY) -> None:
        """Take the shelf; nothing is looked at yet."""
        self._shelf = shelf
        self._clock = clock
        self._every = every
        self._lock = threading.Lock()
        self._is_due = False

    def sweep(self) -> None:
        """Remove what is too old now, and what is here and will be."""
        with suppress(OSError):  # the pages say what is wrong with the folder when somebody uploads a file
            self._shelf.sweep(self._clock())
            self._come_again()

    def _come_again(self) -> None:
        with self._lock:
            if self._is_due or self._shelf.is_empty:
                return
            self._is_due = True
        timer = threading.Timer(self._every.total_seconds(), self._next)
        timer.daemon = True
        timer.start()

    def _next(self) -> None:
        with self._lock:
            self._is_due = False
        self.sweep()
