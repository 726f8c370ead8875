"""The way of a hit: admit, identify, visit, judge, decide; over a group of arrivals, in one transaction.

What the alerts' policy does with the judged visits is handed in, so that its rows are part of the
same commit without this package knowing them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import update

from tracker.ingest.admit import admitted_site, load_sites, relies_on_record, storable, wishes_of
from tracker.ingest.bursts import lock_senders, mark_bursts
from tracker.ingest.hit import DropReason
from tracker.ingest.identify import Identifier
from tracker.ingest.judge import judge
from tracker.ingest.visit import Source, Visits
from tracker.models import Site
from tracker.topics import load_topics

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from tracker.ingest.admit import SiteRules, Wishes
    from tracker.ingest.arrival import Arrival
    from tracker.ingest.identify import Known
    from tracker.ingest.intent import Points
    from tracker.ingest.rows import VisitRow
    from tracker.signing import Signer

SITE_SEEN_EVERY = timedelta(minutes=1)
"""How often a site's last sign of life is written."""


@dataclass(frozen=True, slots=True)
class Nudge:
    """A row to be looked at, and when."""

    message_id: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Dropped:
    """A hit that was not stored, or an arrival."""

    index: int
    """Of its arrival in the group."""
    reason: DropReason


@dataclass(frozen=True, slots=True)
class Ingested:
    """What was dropped, and whom to nudge once all of it is committed."""

    drops: tuple[Dropped, ...]
    nudges: tuple[Nudge, ...] = ()


class Decide(Protocol):
    """What alerts hand in: it writes its rows about judged visits, and says whom to nudge."""

    def __call__(
        self, session: Session, visits: Sequence[VisitRow], now: datetime, *, news_only: bool = False
    ) -> Sequence[Nudge]:
        """Decide about each visit, or of which something is new, inside the transaction that stores it."""


@dataclass(frozen=True, slots=True)
class _Accepted:
    """An arrival that may be stored, and its place in the group."""

    index: int
    arrival: Arrival
    known: Known
    site: SiteRules


def ingest(
    session: Session,
    arrivals: Sequence[Arrival],
    now: datetime,
    signer: Signer,
    decide: Decide,
    table: Points | None = None,
) -> Ingested:
    """Store a group of arrivals and everything that follows from them, by this `table` or the stored one."""
    # Who kept it may have a clock that is a little ahead of ours.
    arrivals = [replace(one, at=now) if one.at > now else one for one in arrivals]
    accepted, drops = _admit(session, arrivals, now, signer)
    if not accepted:
        return Ingested(tuple(drops))
    lock_senders(session, [one.arrival.address_hash for one in accepted if one.known.landing])
    visits = Visits(
        session,
        [one.known for one in accepted],
        [hit for one in accepted for hit in one.arrival.hits],
        now,
    )
    topics = load_topics(session)
    for one in accepted:
        refused = visits.extend(one.known, one.arrival, Source(one.site.id, partial(topics, one.site.id)))
        drops += [Dropped(one.index, reason) for reason in refused]
    visits.store()
    marked = mark_bursts(session, visits.landed())
    touched = {visit.id: visit for visit in (*visits.touched(), *marked)}
    judged = judge(session, list(touched.values()), now, table)
    nudges = decide(session, judged, now, news_only=True)
    session.flush()
    _see_sites(session, {one.site for one in accepted}, now)
    return Ingested(tuple(drops), tuple(nudges))


def _see_sites(session: Session, sites: Collection[SiteRules], now: datetime) -> None:
    """Note that sites are alive. Last of all: everybody's hits write these few rows, and would wait."""
    asleep = [one.id for one in sites if one.seen_at is None or one.seen_at < now - SITE_SEEN_EVERY]
    for number in sorted(asleep):
        session.execute(
            update(Site)
            .where(Site.id == number)
            .values(seen_at=now)
            .execution_options(synchronize_session=False)
        )


def _admit(
    session: Session, arrivals: Sequence[Arrival], now: datetime, signer: Signer
) -> tuple[list[_Accepted], list[Dropped]]:
    """Tell site and person of each arrival, and name what is refused; withdrawals are noted right here."""
    sites = load_sites(session)
    identifier = Identifier(session, arrivals, now)
    recorded = any(relies_on_record(arrival, sites.get(arrival.site)) for arrival in arrivals)
    wishes = wishes_of(session, signer, identifier.emails, recorded=recorded)
    accepted: list[_Accepted] = []
    refused: list[Dropped] = []
    for index, arrival in enumerate(arrivals):
        site = admitted_site(sites.get(arrival.site), arrival.origin)
        if isinstance(site, DropReason):
            refused.append(Dropped(index, site))
            continue
        if arrival.revoke:
            unknown = identifier.revoke(arrival)
            refused += [Dropped(index, unknown)] if unknown else []
            continue
        hits, drops = storable(site, arrival.hits)
        refused += [Dropped(index, drop) for drop in drops]
        if not hits:
            continue  # nothing of it is kept, so it must not make a browser known
        known = _known_by(identifier, wishes, arrival, site)
        if isinstance(known, DropReason):
            refused.append(Dropped(index, known))
        else:
            accepted.append(_Accepted(index, replace(arrival, hits=hits), known, site))
    return accepted, refused


def _known_by(
    identifier: Identifier, wishes: Wishes, arrival: Arrival, site: SiteRules
) -> Known | DropReason:
    """Tell whose arrival it is, and in which browser, or name what forbids to know."""
    person = identifier.prospect_of(arrival)
    if isinstance(person, DropReason):
        return person
    return wishes.against(person, arrival, site) or identifier.identify(arrival, person)
