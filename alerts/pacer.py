"""The pacer: hands each mail on at the moment it falls due, instead of at the next sweep.

It looks a few seconds ahead in the outbox and sleeps until the first mail there is due. Several pacers
at once are harmless: of all who are handed a mail, one claims it.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from alerts.celeryconfig import SWEEP_EVERY
from alerts.delivery import deliver
from alerts.outbox import due
from alerts.sweep import SWEEP_LIMIT, batches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alerts.delivery import Mailroom
    from alerts.outbox import Due
    from alerts.sweep import Hand

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(milliseconds=500)
"""How often it looks ahead: one query on an index."""
LOOK_AHEAD = SWEEP_EVERY
NUDGED_FIRST = timedelta(milliseconds=300)
"""How long a fresh mail that was due before it was ever seen here is left to its nudge, which is on its way:
handed on at once as well, it would come to workers twice whenever they are busy.
"""
STOP_WITHIN_S = 40.0
"""A batch's time and one attempt's deadline, by default."""
REST_S = 5.0
"""How long a broker that failed is left alone, seconds."""


class Pacer:
    """A daemon thread beside a worker."""

    def __init__(self, mailroom: Mailroom, hand: Hand) -> None:
        """Do nothing until started; `hand` takes the ids of mails that are due."""
        self._mailroom = mailroom
        self._hand = hand
        self._next_look = datetime.min.replace(tzinfo=UTC)
        self._ahead: list[Due] = []
        self._handed: set[Due] = set()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pacer", daemon=True)

    def start(self) -> None:
        """Begin to hand on what is due."""
        self._thread.start()

    def stop(self, timeout_s: float = STOP_WITHIN_S) -> None:
        """Hand on nothing more; what is being delivered here is finished."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def step(self, now: datetime) -> timedelta:
        """Hand on what is due at `now`, each mail once an attempt; gives how long there is nothing to do."""
        # Further off than we ever set it: the clock was put back.
        if not now < self._next_look <= now + LOOK_EVERY:
            self._look(now)
        ready = [mail for mail in self._ahead if mail.at <= now]
        self._ahead = [mail for mail in self._ahead if mail.at > now]
        self._handed.update(ready)
        for batch in batches(ready):
            self._hand(batch)
        return min([self._next_look, *(mail.at for mail in self._ahead)]) - now

    def _look(self, now: datetime) -> None:
        with self._mailroom.database.reading() as session:
            found = due(session, now, self._mailroom.lease, within=LOOK_AHEAD, limit=SWEEP_LIMIT)
        self._handed.intersection_update(found)
        self._ahead = [
            mail
            for mail in found
            if mail not in self._handed and (mail in self._ahead or not _just_nudged(mail, now))
        ]
        self._next_look = now + LOOK_EVERY

    def _run(self) -> None:
        wait = timedelta(0)
        away = False
        while not self._stopping.wait(max(wait.total_seconds(), 0)):
            try:
                wait = self.step(self._mailroom.clock())
            except Exception as error:  # noqa: BLE001  (a database or broker that is away comes back)
                if not away:
                    log.warning("cannot look into the outbox: %s", type(error).__name__)
                away = True
                wait = LOOK_EVERY
            else:
                away = False


def _just_nudged(mail: Due, now: datetime) -> bool:
    """Say of a mail that is seen for the first time that its nudge is on its way."""
    return mail.attempts == 0 and now - NUDGED_FIRST < mail.at <= now


def hand_or_deliver(mailroom: Mailroom, publish: Hand) -> Hand:
    """Give a way to hand mails on that does not need a broker: while it is away, deliver here and now."""
    rests_until = 0.0

    def hand(message_ids: Sequence[int]) -> None:
        nonlocal rests_until
        if time.monotonic() >= rests_until:
            try:
                publish(message_ids)
            except Exception as error:  # noqa: BLE001  (whatever the broker's library raises)
                rests_until = time.monotonic() + REST_S
                log.warning("no broker (%s): the worker delivers by itself", type(error).__name__)
            else:
                return
        deliver(mailroom, message_ids)

    return hand
