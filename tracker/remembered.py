"""Figures that take long to count, remembered for a while; small ones are counted whenever they are read."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

K = TypeVar("K")
V = TypeVar("V")
KEPT = timedelta(minutes=5)
"""So old large figures may be: a mailing of 80,000 is read by people, not by machines."""
MOST = 2_000
"""Figures that are remembered; those longest unread make room."""


@dataclass(frozen=True, slots=True)
class Known(Generic[V]):
    """Figures, and when they were counted (UTC)."""

    value: V
    at: datetime


class Remembered(Generic[K, V]):
    """Gives figures by their keys, and has those counted that it does not know."""

    def __init__(self, is_large: Callable[[V], bool], kept: timedelta = KEPT) -> None:
        """Take which figures are worth remembering; it knows nothing yet."""
        self._is_large = is_large
        self._kept = kept
        self._known: OrderedDict[K, Known[V]] = OrderedDict()
        self._lock = Lock()

    def get(
        self, wanted: Collection[K], count: Callable[[Collection[K]], Mapping[K, V]], now: datetime
    ) -> dict[K, Known[V]]:
        """Give the figures of all these; `count` gives those of the ones that are asked of it."""
        with self._lock:
            found = {key: self._known[key] for key in wanted if self._is_fresh(key, now)}
        missing = [key for key in wanted if key not in found]
        counted = {key: Known(value, now) for key, value in count(missing).items()} if missing else {}
        with self._lock:
            for key, known in counted.items():
                self._known.pop(key, None)
                if self._is_large(known.value):
                    self._known[key] = known
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return found | counted

    def _is_fresh(self, key: K, now: datetime) -> bool:
        known = self._known.get(key)
        return known is not None and now - known.at <= self._kept
