"""Group commit: the first request that waits commits for all that came meanwhile, then hands over.

One durable commit costs about the same for one hit as for fifty, so under load requests share it.
Each still gets its own answer, and only after its own rows are on disk.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")
R = TypeVar("R")

MAX_GROUP = 64
"""Requests in one commit; more would make the first one wait too long."""
GATHERING_S = 0.001
"""How long a leader waits for more to come, where others are about: half the commits, for what one takes."""


def _locked() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()  # until somebody else releases it
    return lock


@dataclass(slots=True, eq=False)
class _Waiting(Generic[T, R]):
    item: T
    result: R | None = None
    error: Exception | None = None
    done: bool = field(default=False)
    woken: threading.Lock = field(default_factory=_locked)
    """Released once it is done, or is to lead: each is woken once, whoever else waits."""


class Committer(Generic[T, R]):
    """Lets many threads share commits. `commit` gives one result an item, or raises for all of them."""

    def __init__(
        self,
        commit: Callable[[Sequence[T]], Sequence[R]],
        hopeless: tuple[type[Exception], ...] = (),
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the function that commits a group, and the errors that would meet every member alike.

        After a hopeless one the members are not tried alone: while a database is away, each would wait
        for its own timeout, one after the other.
        """
        self._commit = commit
        self._hopeless = hopeless
        self._waiting: list[_Waiting[T, R]] = []
        self._lock = threading.Lock()
        self._is_led = False
        self._pause = pause
        self._was_shared = False

    def submit(self, item: T) -> R:
        """Commit `item`, alone or with others, and give its result.

        Raises:
            Exception: whatever `commit` raised for this item when it was tried alone, or for its whole
                group when that was hopeless.

        """
        mine: _Waiting[T, R] = _Waiting(item)
        with self._lock:
            self._waiting.append(mine)
            leads, self._is_led = not self._is_led, True
        if not leads:
            mine.woken.acquire()
        if not mine.done:
            self._lead()
        if mine.error is not None:
            raise mine.error
        return mine.result  # type: ignore[return-value]  # done without error: there is a result

    def _lead(self) -> None:
        """Commit for those who wait, the leader first among them, and let the next one lead."""
        group = self._gather()
        try:
            self._settle(group)
        finally:
            for waiting in group[1:]:
                waiting.woken.release()
            self._hand_over()

    def _gather(self) -> list[_Waiting[T, R]]:
        """Take those who wait.

        Those who shared the last commit are answered and soon come back. Without a moment's wait they would
        always miss this one, and all would come in two halves that take turns.
        """
        try:
            if self._was_shared:
                self._pause(GATHERING_S)
        except BaseException:
            # The leader's thread is being ended; nobody must wait for it for ever.
            with self._lock:
                del self._waiting[0]
            self._hand_over()
            raise
        with self._lock:
            group, self._waiting = self._waiting[:MAX_GROUP], self._waiting[MAX_GROUP:]
            self._was_shared = len(group) > 1
        return group

    def _hand_over(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting[0].woken.release()
            else:
                self._is_led = False

    def _settle(self, group: list[_Waiting[T, R]]) -> None:
        """Commit a group; when it fails, each member alone, so that one never takes its neighbours along."""
        try:
            results = self._results(group)
        except Exception as error:  # noqa: BLE001  (handed to the threads that wait for it)
            if len(group) == 1 or isinstance(error, self._hopeless):
                _fail(group, error)
                return
            for waiting in group:
                self._settle([waiting])
            return
        except BaseException:
            # The leader's thread is being ended; nobody must wait for it for ever.
            _fail(group, RuntimeError("the thread that committed for others was ended"))
            raise
        for waiting, result in zip(group, results, strict=True):
            waiting.result, waiting.done = result, True

    def _results(self, group: list[_Waiting[T, R]]) -> Sequence[R]:
        results = self._commit([waiting.item for waiting in group])
        if len(results) != len(group):
            msg = f"{len(group)} items were committed, and {len(results)} results given"
            raise AssertionError(msg)
        return results


def _fail(group: list[_Waiting[T, R]], error: Exception) -> None:
    for waiting in group:
        if not waiting.done:
            waiting.error, waiting.done = error, True
