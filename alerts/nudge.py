"""The nudge: tells a worker of a mail that is due, off the thread of the visit that made it.

A nudge may be lost at any point, and nothing is lost with it: the pacer and the sweep find the row.
So whatever the broker does, a visit waits for none of it.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from alerts.sweep import BATCH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from tracker.ingest.pipeline import Nudge

log = logging.getLogger(__name__)

QUEUE_LENGTH = 1000
"""Groups of mails that wait to be published; more are dropped."""
REST_S = 5.0
"""How long the broker is left alone after a failure, seconds; nudges meanwhile are dropped at once."""


class Nudger:
    """One process's way to the broker: a bounded queue and a thread that publishes."""

    def __init__(self, publish: Callable[[Sequence[int]], None], clock: Callable[[], datetime]) -> None:
        """Start the thread; it holds nothing up when the process ends."""
        self._publish = publish
        self._clock = clock
        self._waiting: queue.Queue[list[int] | None] = queue.Queue(QUEUE_LENGTH)
        self._rests_until = 0.0
        self._thread = threading.Thread(target=self._run, name="nudge", daemon=True)
        self._thread.start()

    def nudge(self, nudges: Sequence[Nudge]) -> None:
        """Have the mails that are due now looked at; those due later are the pacer's. Never waits."""
        if time.monotonic() < self._rests_until:
            return
        now = self._clock()
        due = [each.message_id for each in nudges if each.due_at <= now]
        if due:
            # Those of one group wait together: one by one, the first would go off without the others.
            with suppress(queue.Full):
                self._waiting.put_nowait(due)

    def close(self, timeout_s: float = 5.0) -> None:
        """Publish what waits, and stop."""
        try:
            self._waiting.put(None, timeout=timeout_s)
        except queue.Full:
            return
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while (ids := self._waiting.get()) is not None:
            while len(ids) < BATCH and not self._waiting.empty():
                more = self._waiting.get()
                if more is None:
                    self._send(ids)
                    return
                ids += more
            self._send(ids)

    def _send(self, ids: list[int]) -> None:
        if time.monotonic() < self._rests_until:
            return
        try:
            for start in range(0, len(ids), BATCH):
                self._publish(ids[start : start + BATCH])
        except Exception as error:  # noqa: BLE001  (whatever the broker's library raises)
            self._rests_until = time.monotonic() + REST_S
            log.warning("no broker (%s): mails go out by the sweep", type(error).__name__)
