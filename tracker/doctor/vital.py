"""What a running Ringback looks at every half minute, so that its log says what is wrong before anybody asks.

Only what is cheap to look at and loses something, or delays calls, when it goes wrong; the rest is for
`ringback check`.
"""

from __future__ import annotations

import logging
import re
import threading
from datetime import datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from tracker.doctor.broker import check_redis
from tracker.doctor.clocks import check_database_clock
from tracker.doctor.connections import check_broker
from tracker.doctor.examination import check_database
from tracker.doctor.finding import Finding, Level
from tracker.doctor.inbox import check_inbox
from tracker.doctor.room import check_room

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tracker.db import Database
    from tracker.doctor.examination import Further
    from tracker.settings import Settings

FIRST_LOOK_S = 10.0
"""After the start: what was left by the process before has been seen to by then."""
LOOK_EVERY_S = 30.0
"""A wrong password is in the log within a minute."""
REMIND = timedelta(minutes=10)
"""What stands is said again after so long."""

log = logging.getLogger(__name__)


class Watch:
    """A daemon thread that logs what it finds: once, again every ten minutes, and when it is well again."""

    def __init__(self, look: Callable[[datetime], Iterable[Finding]], clock: Callable[[], datetime]) -> None:
        """Do nothing until started."""
        self._look = look
        self._clock = clock
        self._said: dict[str, datetime] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; a look that has begun holds nothing up."""
        self._stopping.set()

    def step(self, now: datetime) -> None:
        """Look once, and log what is news."""
        found = {_kind(each): each for each in self._look(now) if each.level is not Level.WELL}
        for kind in self._said.keys() - found.keys():
            log.info("no longer so: %s", kind)
            del self._said[kind]
        for kind, finding in found.items():
            # A clock that was put back must not keep us silent.
            if kind not in self._said or not self._said[kind] <= now < self._said[kind] + REMIND:
                log.log(
                    logging.ERROR if finding.level is Level.ILL else logging.WARNING, "%s", finding.sentence
                )
                self._said[kind] = now

    def _run(self) -> None:
        wait_s = FIRST_LOOK_S
        while not self._stopping.wait(wait_s):
            wait_s = LOOK_EVERY_S
            try:
                self.step(self._clock())
            except Exception:
                log.exception("what may be wrong could not be looked at")


def watch(settings: Settings, database: Database, clock: Callable[[], datetime], more: Further) -> Watch:
    """Make the watch over an installation; `more` looks at tables that the tracker does not know."""
    return Watch(lambda now: vital_signs(settings, database, now, clock, more), clock)


def vital_signs(
    settings: Settings, database: Database, now: datetime, clock: Callable[[], datetime], more: Further
) -> Iterator[Finding]:
    """Look at database, disk, inbox, broker and mails; what builds on something ill is not looked at."""
    if not settings.embedded:
        yield check_broker(settings.broker_url)
        yield from check_redis(settings.broker_url, clock)
    yield from check_room(database)
    findings = list(check_database(database))
    yield from findings
    if any(finding.level is Level.ILL for finding in findings):
        return
    try:
        with database.reading() as session:
            mails = list(more(session, now))
        yield from chain(check_database_clock(database, clock), check_inbox(database, now), mails)
    except SQLAlchemyError:
        return  # it went away meanwhile, as the next look says


def _kind(finding: Finding) -> str:
    """Give a finding without its figures, which change while it stands."""
    return re.sub(r"\d[\d,.]*", "…", finding.sentence)
