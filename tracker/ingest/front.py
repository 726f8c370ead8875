"""The front of the ingest: takes parsed requests from many threads, commits them in groups, nudges after.

Strangers are turned away here, before any database work. What is answered with success is on disk.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from tracker.ingest.arrival import Arrival, arrive
from tracker.ingest.aside import Aside
from tracker.ingest.committer import Committer
from tracker.ingest.drops import DropCounter
from tracker.ingest.hit import Drop, DropReason
from tracker.ingest.judge import judge
from tracker.ingest.known_senders import KnownSenders
from tracker.ingest.limits import RateLimit
from tracker.ingest.origins import KnownOrigins
from tracker.ingest.own_link import follow
from tracker.ingest.pipeline import Answer, Decide, ingest
from tracker.signing import Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

    from tracker.ingest.hit import Batch, Sender
    from tracker.ingest.pipeline import Nudge
    from tracker.installation import Installation
    from tracker.models import Visit

log = logging.getLogger(__name__)

DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeoutError)
"""The database is away, busy or full: whoever waits for the same commit fares no better."""


class UnavailableError(Exception):
    """Nothing was stored; the browser shall send it again."""


class TooManyError(Exception):
    """Nothing was stored, and coming back at once will not help."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the browser is told: a credential to keep, or to forget its own, or nothing."""

    credential: str = ""
    forget: bool = False


@dataclass(frozen=True, slots=True)
class _Timed:
    arrival: Arrival
    now: datetime


@dataclass(slots=True)
class Front:
    """One process's way in. `decide` writes the alerts, `nudge` tells a worker once they are committed."""

    installation: Installation
    decide: Decide
    nudge: Callable[[Sequence[Nudge]], None]
    clock: Callable[[], datetime] = _utc_now
    drops: DropCounter = field(default_factory=DropCounter)
    aside: Aside = field(default_factory=Aside)
    origins: KnownOrigins = field(init=False)
    _senders: KnownSenders = field(init=False)
    _per_person: RateLimit = field(init=False)
    _committer: Committer[_Timed, Answer] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with an empty queue and nothing counted."""
        self._committer = Committer(self._commit, DATABASE_AWAY)
        self._per_person = RateLimit(self.installation.settings.hits_per_person)
        self.origins = KnownOrigins(self.installation.database)
        self._senders = KnownSenders(self.installation.database)

    def receive(self, batch: Batch | Drop, sender: Sender, cookie: str) -> Reply:
        """Store what is to be stored; drops are counted by name and look like success.

        Raises:
            UnavailableError: the database cannot commit now.
            TooManyError: this token or browser sends more than a reader could.

        """
        now = self.clock()
        arrival = self._arrive(batch, sender, cookie, now)
        if isinstance(arrival, Drop):
            self.drops.count(arrival.reason)
            return Reply(forget=not isinstance(batch, Drop) and batch.revoke)
        if not self._per_person.admits(arrival.sender_key):
            self.drops.count(DropReason.TOO_MANY_REQUESTS)
            raise TooManyError
        arrival = replace(arrival, sender=self._known(sender))
        try:
            answer = self._answer(arrival, now)
        except DataError:
            # Values that no database takes: trying again would not help.
            log.exception("a hit could not be stored")
            answer = Answer(drops=(DropReason.UNSTORABLE,))
        except Exception as error:
            # Away, busy, raced by another writer, or a fault of our own: success would be a lie.
            log.warning(
                "cannot commit: %s",
                type(error).__name__,
                exc_info=None if isinstance(error, (*DATABASE_AWAY, IntegrityError)) else error,
            )
            raise UnavailableError from error
        for reason in answer.drops:
            self.drops.count(reason)
        if answer.credential_key is None:
            return Reply(forget=answer.forget)
        return Reply(self.installation.signer.sign(Purpose.BROWSER, answer.credential_key, now))

    def note(self, mark: Callable[[Session, datetime], Sequence[Visit]]) -> None:
        """Let `mark` note evidence with visits, and derive and decide what follows, all in one transaction.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: nothing was noted.

        """
        now = self.clock()
        with self.installation.database.writing() as session:
            visits = mark(session, now)
            nudges = self.decide(session, judge(session, visits, now), now) if visits else ()
        if nudges:
            self._nudge(nudges)

    def _known(self, sender: Sender) -> Sender:
        """Add what is known of a sender's network and program to what their request shows."""
        known = self._senders.table().signs(sender.address, sender.user_agent)
        return replace(sender, signs=(*sender.signs, *known))

    def _arrive(self, batch: Batch | Drop, sender: Sender, cookie: str, now: datetime) -> Arrival | Drop:
        if isinstance(batch, Drop):
            return batch
        token_age = timedelta(days=self.installation.settings.token_days)
        return arrive(batch, sender, cookie, self.installation.signer, now, token_age)

    def _answer(self, arrival: Arrival, now: datetime) -> Answer:
        if arrival.own_link is None:
            return self._committer.submit(_Timed(arrival, now))
        with self.installation.database.writing() as session:
            followed = follow(session, arrival, arrival.own_link, now, self.decide)
        if isinstance(followed, Answer):
            return followed
        # It is worth nothing, as a prospect's token can be.
        if arrival.browser_key is None:
            return Answer(drops=(followed,))
        stored = self._committer.submit(_Timed(replace(arrival, own_link=None), now))
        return replace(stored, drops=(followed, *stored.drops))

    def _commit(self, group: Sequence[_Timed]) -> Sequence[Answer]:
        # Of a group, the last to come tells the time: none is in the future then.
        now = max(timed.now for timed in group)
        with self.installation.database.writing() as session:
            ingested = ingest(
                session, [timed.arrival for timed in group], now, self.installation.signer, self.decide
            )
        if ingested.nudges:
            self._nudge(ingested.nudges)
        return ingested.answers

    def _nudge(self, nudges: Sequence[Nudge]) -> None:
        try:
            self.nudge(nudges)
        except Exception:
            # The hits are on disk; a sweep finds what no nudge reached.
            log.exception("nobody could be nudged")
