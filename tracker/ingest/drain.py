"""Works through the inbox: what arrived becomes visits, states, intent and alerts, in order, in large groups.

One at a time does so, whichever process it is in; what one leaves when it dies, the next one finds. A row
goes out of the inbox in the transaction that makes something of it, or right after it: worked through twice,
it changes nothing, as a hit that came twice.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING

from tracker import metrics
from tracker.db import DATABASE_AWAY
from tracker.ingest.arrival import read
from tracker.ingest.hit import DropReason
from tracker.ingest.pipeline import ingest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from tracker.ingest.drops import DropCounter
    from tracker.ingest.inbox import Inbox, Waiting
    from tracker.ingest.pipeline import Decide, Ingested, Nudge
    from tracker.installation import Installation

log = logging.getLogger(__name__)

MOST_AT_ONCE = 1_000
"""Requests in one transaction: more cost less each, and keep the next ones waiting longer."""
MOST_TEXT = 500_000
"""Characters of theirs together, some 1,500 hits: what is in hand at a time bounds the memory."""
LOOK_EVERY_S = 1.0
"""For what another process left behind, or what is to be tried again."""
GATHER_S = 0.02
"""For which it lets more come: a group costs little more than one hit."""
REST_S = 0.5
"""After the database was found away."""
STOP_WITHIN_S = 20.0
LINGER_S = 2.0
"""For which a process that ends works on; others, or the next one, find the rest."""
QUERY_CANCELED = "57014"
"""How PostgreSQL calls that a statement took longer than it may."""


@dataclass(slots=True)
class Drain:
    """Takes what waits in the inbox through the pipeline."""

    installation: Installation
    inbox: Inbox
    decide: Decide
    nudge: Callable[[Sequence[Nudge]], None]
    drops: DropCounter
    clock: Callable[[], datetime]
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _careful: bool = True
    """The process before may have died of a row: until the inbox is found empty, each try is noted first."""
    _begun: set[int] = field(default_factory=set)
    """Rows that are noted as begun with."""

    def all(self) -> None:
        """Work until nothing waits.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database is away; everything stays where it is.

        """
        while self.once():
            pass

    def once(self) -> bool:
        """Work through the oldest, those that failed before alone; False: nothing waits.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database is away; everything stays where it is.

        """
        with self._turn, self.inbox.draining():
            self._take_back()
            waiting = self.inbox.waiting(self.clock(), MOST_AT_ONCE)
            if not waiting:
                self._careful = False
                return False
            fresh = group_of(waiting)
            # In their order: what a row makes known, the next ones rely on.
            ids = fresh or [waiting[0].id]
            if self._careful or not fresh:
                self.inbox.begin(ids)
                self._begun = set(ids)
            try:
                self._settle(ids)
            except DATABASE_AWAY:
                with suppress(*DATABASE_AWAY):  # else before the next try
                    self._take_back()
                raise
            return True

    def _take_back(self) -> None:
        """Take back what was noted with rows that were begun with and neither finished nor failed."""
        if self._begun:
            self.inbox.take_back(self._begun)
            self._begun = set()

    def tell(self, nudges: Sequence[Nudge]) -> None:
        """Nudge those whom committed rows are for."""
        try:
            self.nudge(nudges)
        except Exception:
            # The alerts are on disk; a sweep finds what no nudge reached.
            log.exception("nobody could be nudged")

    def _settle(self, ids: Sequence[int]) -> None:
        """Work through some rows; when that fails, through each half, down to the one that makes it fail."""
        try:
            self._work(ids)
        except Exception as error:  # whatever it is, the others must not wait for it
            if isinstance(error, DATABASE_AWAY) and not _took_too_long(error):
                raise
            if len(ids) == 1:
                log.exception("hit %d of the inbox could not be worked through", ids[0])
                self._fail(ids[0])
                return
            middle = len(ids) // 2
            for half in (ids[:middle], ids[middle:]):
                self._settle(half)

    def _work(self, ids: Sequence[int]) -> None:
        """Take rows through the pipeline, in one transaction."""
        now, begun = self.clock(), time.perf_counter()
        with self.installation.database.writing() as session:
            arrivals = [read(text) for text in self.inbox.texts(session, ids)]
            table = self.installation.rules.points(session)
            done = ingest(session, arrivals, now, self.installation.signer, self.decide, table)
            early = self._early(ids, done) if len(arrivals) == len(ids) else []
            finished = [number for number in ids if number not in early]
            if not self.inbox.is_apart:
                self.inbox.forget(session, finished)
        if self.inbox.is_apart:
            self.inbox.forget(None, finished)
        self._begun -= set(finished)
        metrics.drained(len(arrivals), time.perf_counter() - begun)
        metrics.took_in(Counter(hit.kind for arrival in arrivals for hit in arrival.hits))
        for drop in done.drops:
            if ids[drop.index] not in early:
                self.drops.count(drop.reason)
        if done.nudges:
            self.tell(done.nudges)
        for number in early:
            if not self._put_off(number):
                # What may have made it known is worked through, or given up, by now.
                self.inbox.forget(None, [number])
                self.drops.count(DropReason.UNKNOWN_BROWSER)

    def _early(self, ids: Sequence[int], done: Ingested) -> list[int]:
        """Give the rows of browsers that are unknown while an older row waits, which may make them known."""
        unknown = [ids[one.index] for one in done.drops if one.reason is DropReason.UNKNOWN_BROWSER]
        if not unknown or not self.inbox.waits_before(ids[0]):
            return []
        return unknown

    def _fail(self, number: int) -> None:
        """Put a row off to its next try, or set it aside after the last, and say so."""
        if not self._put_off(number):
            log.error("hit %d of the inbox is set aside; `ringback check` tells how to try it again", number)
            self.drops.count(DropReason.UNSTORABLE)

    def _put_off(self, number: int) -> bool:
        if number not in self._begun:
            self.inbox.begin([number])
        self._begun.discard(number)
        return self.inbox.put_off(number, self.clock())


def group_of(waiting: Sequence[Waiting]) -> list[int]:
    """Give the first rows that were never tried, as many as are taken at a time. PURE."""
    sizes = accumulate(one.size for one in waiting)
    fits = [size <= MOST_TEXT or not index for index, size in enumerate(sizes)]
    fresh = takewhile(lambda pair: pair[1] and not pair[0].tries, zip(waiting, fits, strict=True))
    return [one.id for one, _ in fresh]


def _took_too_long(error: Exception) -> bool:
    """Whether PostgreSQL gave up on a statement: a smaller group may do, without the row that is held."""
    return getattr(getattr(error, "orig", None), "sqlstate", "") == QUERY_CANCELED


class Drainer:
    """A thread that drains soon after something was kept, and looks for what others left."""

    def __init__(self, drain: Drain) -> None:
        """Do nothing until started."""
        self._drain = drain
        self._kept = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="drain", daemon=True)

    def start(self) -> None:
        """Begin to drain."""
        self._thread.start()

    def kept(self) -> None:
        """Say that something was kept; never waits."""
        self._kept.set()

    def stop(self, timeout_s: float = STOP_WITHIN_S) -> bool:
        """Finish what is begun, and what waits as far as `LINGER_S` goes; says whether that was done in time.

        What is left is the next process's.
        """
        self._stopping.set()
        self._kept.set()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        away = stopping = False
        while not stopping:
            if self._kept.wait(LOOK_EVERY_S):
                self._stopping.wait(GATHER_S)
            self._kept.clear()
            stopping = self._stopping.is_set()
            try:
                self._drain_on()
            except Exception as error:  # noqa: BLE001  (a database that is away comes back)
                if not away:
                    log.warning("cannot work through the inbox: %s", type(error).__name__)
                away = True
                self._stopping.wait(REST_S)
            else:
                away = False

    def _drain_on(self) -> None:
        """Work until nothing waits, or a while longer once told to stop."""
        ends = float("inf")
        while self._drain.once() and time.monotonic() < ends:
            if self._stopping.is_set():
                ends = min(ends, time.monotonic() + LINGER_S)
