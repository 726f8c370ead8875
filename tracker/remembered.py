"""Figures that take long to count, remembered for a while; small ones are counted whenever they are read.

Nobody waits for large figures to be counted anew: the last ones are given, with their time, while one look
at the database runs beside the requests. Only who asks for what nobody has counted yet waits, and not long.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock, Thread
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

K = TypeVar("K")
V = TypeVar("V")
KEPT = timedelta(minutes=5)
"""So old large figures may be before they are counted anew: they are read by people, not by machines."""
PATIENCE_S = 1.0
"""A page waits so long for figures that nobody has counted yet; then it says that they are being counted."""
MOST = 2_000
"""Figures that are remembered; those longest unread make room."""
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


class Remembered(Generic[K, V]):
    """Gives figures by their keys; has those counted that it does not know, and those that are too old."""

    def __init__(
        self,
        count: Callable[[Collection[K]], Mapping[K, V]],
        is_large: Callable[[V], bool],
        kept: timedelta = KEPT,
        patience_s: float | None = PATIENCE_S,
        most: int = MOST,
    ) -> None:
        """Take what counts all of some keys, on a thread of its own, and which figures are worth remembering.

        Without `patience_s` whoever asks for what nobody has counted yet waits until it is.
        """
        self._count = count
        self._is_large = is_large
        self._kept = kept
        self._patience_s = patience_s
        self._most = most
        self._known: OrderedDict[K, Known[V]] = OrderedDict()
        self._running: dict[K, Future[Mapping[K, V]]] = {}
        self._lock = Lock()

    def get(self, wanted: Collection[K], now: datetime) -> Given[K, V]:
        """Give the figures of all these, as far as they are known.

        Raises:
            Exception: what counting raised, for figures of which none are known.

        """
        with self._lock:
            found = {key: self._known[key] for key in wanted if key in self._known}
            small = [key for key, known in found.items() if not self._is_large(known.value)]
            old = [key for key, known in found.items() if now - known.at > self._kept and key not in small]
            self._begin([key for key in old if key not in self._running], now)
            missing = [key for key in wanted if key not in found]
            self._begin([key for key in missing if key not in self._running], now)
            awaited = {self._running[key] for key in missing}
            for key in found:
                self._known.move_to_end(key)
        if small:
            found |= self._keep(self._count(small), now)
        for look in wait(awaited, self._patience_s).done:
            look.result()  # what went wrong is the reader's to know
        with self._lock:
            found |= {key: self._known[key] for key in missing if key in self._known}
        return Given(found, counting=bool(old) or len(found) < len(wanted))

    def _begin(self, keys: Collection[K], now: datetime) -> None:
        """Have them counted beside the requests, with one look for all; for who holds the lock."""
        if keys:
            look: Future[Mapping[K, V]] = Future()
            self._running |= dict.fromkeys(keys, look)
            Thread(target=self._run, args=(keys, look, now), name=THREAD, daemon=True).start()

    def _run(self, keys: Collection[K], look: Future[Mapping[K, V]], now: datetime) -> None:
        try:
            counted = self._count(keys)
        except Exception as error:  # noqa: BLE001  (who waits for it raises it)
            log.warning("figures are not counted: %s", type(error).__name__)
            self._end(keys)
            look.set_exception(error)
        else:
            self._keep(counted, now)
            self._end(keys)
            look.set_result(counted)

    def _end(self, keys: Collection[K]) -> None:
        with self._lock:
            for key in keys:
                del self._running[key]

    def _keep(self, counted: Mapping[K, V], now: datetime) -> dict[K, Known[V]]:
        known = {key: Known(value, now) for key, value in counted.items()}
        with self._lock:
            for key in known:
                self._known.pop(key, None)
            self._known |= known
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return known
