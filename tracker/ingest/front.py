"""The front of the ingest: takes parsed requests from many threads and keeps them in the inbox, in groups.

Strangers are turned away here, before any database work. What is answered with success is on disk; the drain
makes something of it.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from tracker import metrics
from tracker.db import DATABASE_AWAY
from tracker.ingest.admit import admitted_site, storable
from tracker.ingest.arrival import write
from tracker.ingest.aside import Aside
from tracker.ingest.claim import verify
from tracker.ingest.committer import Committer
from tracker.ingest.drain import Drain
from tracker.ingest.drops import DropCounter
from tracker.ingest.hit import Drop, DropReason
from tracker.ingest.inbox import Inbox
from tracker.ingest.judge import judge
from tracker.ingest.known_senders import KnownSenders
from tracker.ingest.known_sites import KnownSites
from tracker.ingest.limits import RateLimit
from tracker.ingest.look import arrival_of, greet
from tracker.ingest.own_link import follow
from tracker.signing import Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

    from tracker.ingest.admit import SiteRules
    from tracker.ingest.arrival import Arrival
    from tracker.ingest.claim import Claim
    from tracker.ingest.hit import Batch, Sender
    from tracker.ingest.pipeline import Decide, Nudge
    from tracker.ingest.rows import VisitRow
    from tracker.installation import Installation
    from tracker.links import OwnLink

log = logging.getLogger(__name__)


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


@dataclass(slots=True)
class Front:
    """One process's way in. `decide` writes the alerts, `nudge` tells a worker once they are committed."""

    installation: Installation
    decide: Decide
    nudge: Callable[[Sequence[Nudge]], None]
    clock: Callable[[], datetime] = _utc_now
    drops: DropCounter = field(default_factory=DropCounter)
    aside: Aside = field(default_factory=Aside)
    kept: Callable[[], None] | None = None
    """Told after something was kept, so that it is soon worked through; None: that happens at once."""
    sites: KnownSites = field(init=False)
    inbox: Inbox = field(init=False)
    drain: Drain = field(init=False)
    _senders: KnownSenders = field(init=False)
    _per_person: RateLimit = field(init=False)
    _committer: Committer[tuple[datetime, str], None] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with an empty queue and nothing counted."""
        database = self.installation.database
        self.inbox = Inbox(database)
        self.drain = Drain(self.installation, self.inbox, self.decide, self.nudge, self.drops, self.clock)
        self._committer = Committer(self._keep, DATABASE_AWAY)
        self._per_person = RateLimit(self.installation.settings.hits_per_person)
        self.sites = KnownSites(database)
        self._senders = KnownSenders(database)

    def receive(self, batch: Batch | Drop, sender: Sender, cookie: str) -> Reply:
        """Keep what is to be kept; drops are counted by name and look like success.

        Raises:
            UnavailableError: the database cannot commit now.
            TooManyError: this token or browser sends more than a reader could.

        """
        now = self.clock()
        claim = self._claim(batch, sender, cookie, now)
        if isinstance(claim, Drop):
            self.drops.count(claim.reason)
            return Reply(forget=not isinstance(batch, Drop) and batch.revoke)
        if not self._per_person.admits(claim.sender_key):
            self.drops.count(DropReason.TOO_MANY_REQUESTS)
            raise TooManyError
        try:
            return self._answer(claim, now)
        except DataError:
            # Values that no database takes: trying again would not help.
            log.exception("a hit could not be kept")
            self.drops.count(DropReason.UNSTORABLE)
            return Reply(forget=claim.batch.revoke)
        except Exception as error:
            # Away, busy, raced by another writer, or a fault of our own: success would be a lie.
            log.warning(
                "cannot commit: %s",
                type(error).__name__,
                exc_info=None if isinstance(error, (*DATABASE_AWAY, IntegrityError)) else error,
            )
            raise UnavailableError from error

    def note(self, mark: Callable[[Session, datetime], Sequence[VisitRow]]) -> None:
        """Let `mark` note evidence with visits, and derive and decide what follows, all in one transaction.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: nothing was noted.

        """
        now = self.clock()
        with self.installation.database.writing() as session:
            visits = mark(session, now)
            nudges = self.decide(session, judge(session, visits, now), now) if visits else ()
        if nudges:
            self.drain.tell(nudges)

    def _claim(self, batch: Batch | Drop, sender: Sender, cookie: str, now: datetime) -> Claim | Drop:
        if isinstance(batch, Drop):
            return batch
        token_age = timedelta(days=self.installation.settings.token_days)
        return verify(batch, sender, cookie, self.installation.signer, now, token_age)

    def _answer(self, claim: Claim, now: datetime) -> Reply:
        reply = Reply(forget=claim.batch.revoke)
        site = admitted_site(self.sites.get(claim.batch.site, claim.sender.origin), claim.sender.origin)
        if isinstance(site, DropReason):
            self.drops.count(site)
            return reply
        if claim.own_link is not None:
            marked = self._follow(claim, claim.own_link, now)
            if marked is not None:
                return marked
        arrival = self._storable(claim, site, now)
        if arrival is None:
            return reply
        if arrival.token_key is not None and not arrival.revoke:
            with self.installation.database.reading() as session:
                greeted = greet(session, arrival, site, self.installation.signer, now)
            if isinstance(greeted, DropReason):
                self.drops.count(greeted)
                return reply
            arrival = greeted
        self._committer.submit((now, write(arrival)))
        self._work()
        if arrival.new_key is None or arrival.new_key == arrival.browser_key:
            return reply
        return Reply(self.installation.signer.sign(Purpose.BROWSER, arrival.new_key, now))

    def _storable(self, claim: Claim, site: SiteRules, now: datetime) -> Arrival | None:
        """Give what may be kept of a claim, if anything; what is left out is counted by name."""
        hits, faults = storable(site, claim.batch.hits)
        for fault in faults:
            self.drops.count(fault)
        if not hits and not claim.batch.revoke:
            return None
        sender = claim.sender
        signs = (*sender.signs, *self._senders.table().signs(sender.address, sender.user_agent))
        return arrival_of(claim, hits, signs, site, self.installation.signer, now)

    def _follow(self, claim: Claim, link: OwnLink, now: datetime) -> Reply | None:
        """Mark the browser that opened a test link; None when it is worth nothing, as a token can be."""
        self.drain.all()  # its row may not be made yet
        with self.installation.database.writing() as session:
            marked = follow(session, claim, link, now, self.decide)
        if isinstance(marked, DropReason):
            self.drops.count(marked)
            return None if claim.browser_key else Reply(forget=claim.batch.revoke)
        self.drops.count(DropReason.TEST_LINK)
        if not marked.credential_key:
            return Reply(forget=claim.batch.revoke)
        return Reply(self.installation.signer.sign(Purpose.BROWSER, marked.credential_key, now))

    def _keep(self, group: Sequence[tuple[datetime, str]]) -> Sequence[None]:
        begun = time.perf_counter()
        self.inbox.keep(group)
        metrics.committed(len(group), time.perf_counter() - begun)
        return [None] * len(group)

    def _work(self) -> None:
        """Have what was kept worked through: soon, or at once."""
        if self.kept is not None:
            self.kept()
            return
        try:
            self.drain.all()
        except SQLAlchemyError as error:
            log.warning("cannot work through the inbox: %s", type(error).__name__)
