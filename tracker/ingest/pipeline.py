"""The way of a hit: admit, identify, visit, judge, decide; over a group of arrivals, in one transaction.

What the alerts' policy does with the judged visits is handed in, so that its rows are part of the
same commit without this package knowing them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from tracker.ingest.admit import admitted_site, sites_by_key, storable, wishes_of
from tracker.ingest.bursts import lock_senders, mark_bursts
from tracker.ingest.hit import DropReason
from tracker.ingest.identify import Identifier
from tracker.ingest.judge import judge
from tracker.ingest.limits import network_of
from tracker.ingest.senders import tells_apart
from tracker.ingest.visit import Source, Visits
from tracker.topics import load_topics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from tracker.ingest.admit import Wishes
    from tracker.ingest.arrival import Arrival
    from tracker.ingest.identify import Known
    from tracker.models import Site, Visit
    from tracker.signing import Signer

SITE_SEEN_EVERY = timedelta(minutes=1)
"""How often a site's last sign of life is written."""


@dataclass(frozen=True, slots=True)
class Nudge:
    """A row to be looked at, and when."""

    message_id: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What one arrival gets back, and the names of what was dropped of it."""

    credential_key: str | None = None
    """Of a browser that does not hold its credential yet."""
    forget: bool = False
    drops: tuple[DropReason, ...] = ()


@dataclass(frozen=True, slots=True)
class Ingested:
    """An answer for each arrival, and whom to nudge once all of it is committed."""

    answers: tuple[Answer, ...]
    nudges: tuple[Nudge, ...] = ()


class Decide(Protocol):
    """What alerts hand in: it writes its rows about judged visits, and says whom to nudge."""

    def __call__(self, session: Session, visits: Sequence[Visit], now: datetime) -> Sequence[Nudge]:
        """Decide about each visit, inside the transaction that stores it."""


@dataclass(frozen=True, slots=True)
class _Accepted:
    """An arrival that may be stored, and its place in the group."""

    index: int
    arrival: Arrival
    known: Known
    site: Site


def ingest(
    session: Session, arrivals: Sequence[Arrival], now: datetime, signer: Signer, decide: Decide
) -> Ingested:
    """Store a group of arrivals and everything that follows from them."""
    answers = [Answer(forget=arrival.batch.revoke) for arrival in arrivals]
    accepted = _admit(session, arrivals, now, signer, answers)
    if not accepted:
        return Ingested(tuple(answers))
    addresses = {one.index: address_hash(signer, one.arrival.sender.address) for one in accepted}
    lock_senders(session, [addresses[one.index] for one in accepted if one.known.landing])
    visits = Visits(
        session,
        [one.known for one in accepted],
        {hit.id for one in accepted for hit in one.arrival.batch.hits},
        now,
    )
    topics = load_topics(session)
    for one in accepted:
        sender = one.arrival.sender
        topic = partial(topics, one.site.id)
        source = Source(one.site, sender, addresses[one.index], topic)
        drops = visits.extend(one.known, one.arrival.batch, source, now)
        key = one.known.browser.key if one.known.fresh else None
        answers[one.index] = Answer(key, drops=(*answers[one.index].drops, *drops))
    session.flush()
    marked = mark_bursts(session, visits.landed())
    touched = {visit.id: visit for visit in (*visits.touched.values(), *marked)}
    judged = judge(session, list(touched.values()), now)
    nudges = decide(session, judged, now)
    session.flush()
    _see_sites({one.site.id: one.site for one in accepted}, now)
    return Ingested(tuple(answers), tuple(nudges))


def address_hash(signer: Signer, address: str) -> str:
    """Give what is kept of an address; nothing of one that many share, for it tells nobody from another."""
    return signer.pseudonym(network_of(address)) if tells_apart(address) else ""


def _see_sites(sites: Mapping[int, Site], now: datetime) -> None:
    """Note that sites are alive. Last of all: requests of everybody write these few rows, and would wait."""
    for _, site in sorted(sites.items()):
        if site.seen_at is None or now - site.seen_at > SITE_SEEN_EVERY:
            site.seen_at = now


def _admit(
    session: Session, arrivals: Sequence[Arrival], now: datetime, signer: Signer, answers: list[Answer]
) -> list[_Accepted]:
    """Tell site and person of each arrival; refusals and withdrawals are answered right here."""
    sites = sites_by_key(session, {arrival.batch.site for arrival in arrivals})
    identifier = Identifier(session, arrivals, now)
    wishes = wishes_of(session, signer, identifier.prospect_ids)
    accepted = []
    for index, arrival in enumerate(arrivals):
        site = admitted_site(sites.get(arrival.batch.site), arrival.sender.origin)
        if isinstance(site, DropReason):
            answers[index] = replace(answers[index], drops=(site,))
            continue
        if arrival.batch.revoke:
            identifier.revoke(arrival)
            continue
        rest, drops = storable(site, arrival)
        answers[index] = Answer(drops=drops)
        if not rest.batch.hits:
            continue  # nothing of it is kept, so it must not make a browser known
        known = _known(identifier, wishes, rest, site)
        if isinstance(known, DropReason):
            answers[index] = Answer(drops=(*drops, known))
            continue
        accepted.append(_Accepted(index, rest, known, site))
    return accepted


def _known(identifier: Identifier, wishes: Wishes, arrival: Arrival, site: Site) -> Known | DropReason:
    """Tell whose arrival it is, and in which browser, or name what forbids to know."""
    person = identifier.prospect_of(arrival)
    if isinstance(person, DropReason):
        return person
    return wishes.against(person, arrival, site) or identifier.identify(arrival, person)
