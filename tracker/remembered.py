"""Figures that take long to count, remembered for a while; small ones are counted whenever they are read.

Nobody waits for large figures to be counted anew: the last ones are given, with their time, while one look
at the database runs beside the requests. Only who asks for what nobody has counted yet waits, and not long.
What cannot be counted is said to be so, and rests for a while: a look that the database ends would else run
all the time, asked for by every page that waits for it.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

K = TypeVar("K")
V = TypeVar("V")
KEPT = timedelta(minutes=5)
"""So old large figures may be before they are counted anew: they are read by people, not by machines."""
PATIENCE_S = 1.0
"""A page waits so long for figures that nobody has counted yet; then it says that they are being counted."""
PAUSE = timedelta(minutes=1)
"""After the beginning of a look that failed, the same figures are not counted again for so long."""
UNREAD = timedelta(days=1)
"""Figures that nobody has asked for in so long a time are dropped."""
MOST = 2_000
"""Figures that are remembered; those longest unread make room. Where they are weighed: so much of them."""
THREAD = "count"
"""The name of threads that count."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Known(Generic[V]):
    """Figures, and when they were counted (UTC)."""

    value: V
    at: datetime


@dataclass(frozen=True, slots=True)
class Given(Generic[K, V]):
    """What is known of the figures that were asked for."""

    known: Mapping[K, Known[V]]
    counting: bool
    """Some of these are being counted: for the first time, and then they are not here, or anew."""
    failed_since: datetime | None = None
    """Since when (UTC) some of these could not be counted; None: all could. What was known before is here."""


@dataclass(frozen=True, slots=True)
class _Failed:
    """When looks at some figures began that failed, UTC: the first of them, and the last."""

    since: datetime
    at: datetime


def first_failed(*given: Given[Any, Any]) -> datetime | None:
    """Give since when some of all these could not be counted (UTC); None: all could."""
    return min((one.failed_since for one in given if one.failed_since is not None), default=None)


class Remembered(Generic[K, V]):
    """Gives figures by their keys; has those counted that it does not know, and those that are too old."""

    def __init__(  # noqa: PLR0913  (what is counted, and each limit by its own name)
        self,
        count: Callable[[Collection[K]], Mapping[K, V]],
        is_large: Callable[[V], bool],
        kept: timedelta = KEPT,
        *,
        patience_s: float = PATIENCE_S,
        unread: timedelta = UNREAD,
        most: int = MOST,
        weigh: Callable[[V], int] = lambda _: 1,
    ) -> None:
        """Take what counts all of some keys, on a thread of its own, and which are worth remembering."""
        self._count = count
        self._is_large = is_large
        self._kept = kept
        self._patience_s = patience_s
        self._unread = unread
        self._most = most
        self._weigh = weigh
        self._known: OrderedDict[K, Known[V]] = OrderedDict()
        self._running: dict[K, Future[None]] = {}
        self._failed: dict[K, _Failed] = {}
        self._read_at: dict[K, datetime] = {}
        self._lock = Lock()

    def get(self, wanted: Collection[K], now: datetime) -> Given[K, V]:
        """Give the figures of all these, as far as they are known.

        Raises:
            RuntimeError: no thread can be started that would count them.
            Exception: what counting small figures raised, which is done while the reader waits.

        """
        with self._lock:
            self._drop(now)
            self._read_at |= dict.fromkeys(wanted, now)
            found = {key: self._known[key] for key in wanted if key in self._known}
            small = [key for key, known in found.items() if not self._is_large(known.value)]
            old = [key for key, known in found.items() if now - known.at > self._kept and key not in small]
            missing = [key for key in wanted if key not in found]
            for keys in (old, missing):
                self._begin([key for key in keys if self._may_begin(key, now)], now)
            awaited = {self._running[key] for key in missing if key in self._running}
            for key in found:
                self._known.move_to_end(key)
        if small:
            found |= self._keep(self._count(small), now)
        wait(awaited, self._patience_s)
        with self._lock:
            found |= {key: self._known[key] for key in missing if key in self._known}
            late = [key for key in (*old, *missing) if key in old or key not in found]
            failed = [self._failed[key].since for key in late if key in self._failed]
            counting = any(key in self._running or key not in self._failed for key in late)
        return Given(found, counting, min(failed, default=None))

    def _may_begin(self, key: K, now: datetime) -> bool:
        failed = self._failed.get(key)
        return key not in self._running and (failed is None or now - failed.at >= PAUSE)

    def _begin(self, keys: Collection[K], now: datetime) -> None:
        """Have them counted beside the requests, with one look for all; for who holds the lock."""
        if not keys:
            return
        look: Future[None] = Future()
        thread = Thread(target=self._run, args=(keys, look, now), name=THREAD, daemon=True)
        self._running |= dict.fromkeys(keys, look)
        try:
            thread.start()
        except BaseException:
            # Nobody counts: who waits for it already is let go, and the next one begins.
            self._end(keys, look)
            raise

    def _run(self, keys: Collection[K], look: Future[None], now: datetime) -> None:
        try:
            counted = self._count(keys)
            self._keep({key: counted[key] for key in keys}, now)
        except Exception as error:  # noqa: BLE001  (readers are told that it failed, whatever it was)
            log.warning("figures are not counted: %s", type(error).__name__)
            with self._lock:
                self._note(keys, now)
                self._end(keys, look)
        else:
            with self._lock:
                for key in keys:
                    self._failed.pop(key, None)
                self._end(keys, look)

    def _note(self, keys: Collection[K], now: datetime) -> None:
        """Remember that they could not be counted; for who holds the lock."""
        for key in keys:
            before = self._failed.pop(key, None)
            self._failed[key] = _Failed(before.since if before else now, now)

    def _end(self, keys: Collection[K], look: Future[None]) -> None:
        """Let go who waits for them; for who holds the lock."""
        for key in keys:
            del self._running[key]
        look.set_result(None)

    def _keep(self, counted: Mapping[K, V], now: datetime) -> dict[K, Known[V]]:
        known = {key: Known(value, now) for key, value in counted.items()}
        with self._lock:
            for key in known:
                self._known.pop(key, None)
            self._known |= known
            weight = sum(self._weigh(one.value) for one in self._known.values())
            while weight > self._most and len(self._known) > 1:
                _, gone = self._known.popitem(last=False)
                weight -= self._weigh(gone.value)
        return known

    def _drop(self, now: datetime) -> None:
        """Drop what nobody has asked for lately; for who holds the lock."""
        for key in [key for key, at in self._read_at.items() if now - at > self._unread]:
            for held in (self._read_at, self._known, self._failed):
                held.pop(key, None)
