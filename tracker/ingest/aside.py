"""Work beside the answers: what a request sets off and whose outcome it must not be told, not even by time.

One thread, and a short queue: when it is full, more is dropped. Nothing that must not be lost goes here.
"""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_QUEUE = 100

Work: TypeAlias = "Callable[[], None]"

log = logging.getLogger(__name__)


class Aside:
    """Does one thing after the other, on a thread that begins with the first of them."""

    def __init__(self, longest: int = LONGEST_QUEUE) -> None:
        """Begin with nothing to do."""
        self._queue: queue.Queue[Work] = queue.Queue(longest)
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def do(self, work: Work) -> bool:
        """Have something done soon; never waits. False when there is too much to do already."""
        with self._start:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="aside", daemon=True)
                self._thread.start()
        try:
            self._queue.put_nowait(work)
        except queue.Full:
            return False
        return True

    def wait(self) -> None:
        """Wait until everything is done."""
        self._queue.join()

    def _run(self) -> None:
        while True:
            work = self._queue.get()
            try:
                work()
            except Exception:
                log.exception("something beside the answers failed")
            finally:
                self._queue.task_done()
