"""May this be stored? The site must be known and ask for it from its own pages, and the person agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.among import among
from tracker.ingest.hit import MAX_AGE, DropReason, page_origin
from tracker.models import Consent, Site, SuppressionKind
from tracker.suppression import suppressed_kinds
from tracker.words import ConsentSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.ingest.arrival import Arrival
    from tracker.ingest.hit import Hit
    from tracker.signing import Signer


@dataclass(frozen=True, slots=True)
class Wishes:
    """What people are on record for: who agreed to be recognised, who asked not to be."""

    consented: frozenset[int]
    untracked: frozenset[int]

    def against(self, prospect_id: int, arrival: Arrival, site: SiteRules) -> DropReason | None:
        """Name what forbids storing this, if anything does.

        A token that says consent is on record was sent without asking on the page, so the record must
        hold now; otherwise the page's own consent source was asked, unless the site has none.
        """
        if prospect_id in self.untracked:
            return DropReason.DO_NOT_TRACK
        if relies_on_record(arrival, site) and prospect_id not in self.consented:
            return DropReason.NO_CONSENT
        return None


@dataclass(frozen=True, slots=True)
class SiteRules:
    """What a site's row says of what may be stored."""

    id: int
    key: str
    origins: frozenset[str]
    query_names: frozenset[str]
    """Of those in a page's address that are kept."""
    consent_source: ConsentSource
    seen_at: datetime | None
    """The last sign of life that is written."""


_SITES = select(
    Site.id, Site.key, Site.origins, Site.query_names, Site.consent_source, Site.seen_at
).order_by(Site.id)


def load_sites(session: Session) -> dict[str, SiteRules]:
    """Load the rules of all sites, by their keys: there are few."""
    return {
        key: SiteRules(number, key, frozenset(origins), frozenset(names), source, seen_at)
        for number, key, origins, names, source, seen_at in session.execute(_SITES)
    }


def admitted_site(site: SiteRules | None, origin: str) -> SiteRules | DropReason:
    """Give the site, or name what is wrong with the page a request comes from.

    A browser names the page's origin with every POST; without one it is no page's request.
    """
    if site is None:
        return DropReason.UNKNOWN_SITE
    return site if origin in site.origins else DropReason.FOREIGN_ORIGIN


def storable(site: SiteRules, hits: Sequence[Hit]) -> tuple[tuple[Hit, ...], tuple[DropReason, ...]]:
    """Leave out the hits that cannot be stored whoever sent them, and name why each is left out.

    They are too old, or of another site's page: the request comes from one of the site's pages, but
    whoever holds a token can write a page's address as they like, and no link to a stranger's page may
    reach the rep.
    """
    faults = [_fault(site, hit) for hit in hits]
    kept = tuple(hit for hit, fault in zip(hits, faults, strict=True) if fault is None)
    return kept, tuple(fault for fault in faults if fault)


def _fault(site: SiteRules, hit: Hit) -> DropReason | None:
    if hit.age > MAX_AGE:
        return DropReason.TOO_OLD
    return None if page_origin(hit.url) in site.origins else DropReason.FOREIGN_PAGE


def relies_on_record(arrival: Arrival, site: SiteRules | None) -> bool:
    """Whether the page asked nobody, so that the person's consent must be on record."""
    if site is not None and site.consent_source is ConsentSource.RECORDED:
        return True
    return arrival.token_key is not None and arrival.consent_recorded


def wishes_of(
    session: Session, signer: Signer, people: Mapping[int, str | None], *, recorded: bool
) -> Wishes:
    """Load the objections of these people, by their ids and addresses, and with `recorded` their consents."""
    consented: Iterable[int] = ()
    if recorded:
        held = select(Consent.prospect_id).where(
            among(Consent.prospect_id, people), Consent.revoked_at.is_(None)
        )
        consented = session.scalars(held)
    kinds = suppressed_kinds(session, signer, [email for email in people.values() if email])
    untracked = (
        person
        for person, email in people.items()
        if SuppressionKind.DO_NOT_TRACK in kinds.get(email or "", set())
    )
    return Wishes(frozenset(consented), frozenset(untracked))
