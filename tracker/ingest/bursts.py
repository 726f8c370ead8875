"""Many links at once: a mail filter opens all of a mail's, or the mails of a whole company.

Two rules, both found by the times at which links were opened. A burst is a demotion, no verdict, and it is
folded back: visits that came before anybody could see a burst in them are marked as well. That holds over
any number of web processes, since everything is asked of the database, under a lock for each sender.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import ColumnElement, func, select

from tracker.among import among
from tracker.ingest.rows import find_visits
from tracker.models import PageView, Prospect, Visit

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.ingest.rows import VisitRow

LINKS_AT_ONCE = 3
"""Different pages that one token opens from one campaign; nobody reads three in the time it takes."""
LINKS_WITHIN = timedelta(seconds=10)
COMPANIES_AT_ONCE = 3
"""Companies whose people's links one sender opens: an office has one, a mail filter all of its customers."""
COMPANIES_WITHIN = timedelta(minutes=10)

SEVERAL_LINKS = "several links of a mail were opened at once"
SEVERAL_COMPANIES = "one sender opened links of several companies"

Landings: TypeAlias = "Mapping[Hashable, Sequence[Landing]]"


@dataclass(frozen=True, slots=True)
class Landing:
    """A link that was opened: when, and what must differ for several to be a burst."""

    at: datetime
    visit_id: int
    what: Hashable


def at_once(landings: Iterable[Landing], number: int, within: timedelta) -> set[int]:
    """Give the visits of landings of which at least `number` different ones lie `within` this time. PURE."""
    ordered = sorted(landings, key=lambda landing: landing.at)
    found: set[int] = set()
    window: Counter[Hashable] = Counter()
    first = told = 0  # the window begins at the one; what lies before the other is found already
    for last, landing in enumerate(ordered):
        window[landing.what] += 1
        while landing.at - ordered[first].at > within:
            window -= Counter([ordered[first].what])
            first += 1
        if len(window) >= number:
            found |= {one.visit_id for one in ordered[max(first, told) : last + 1]}
            told = last + 1
    return found


def lock_senders(session: Session, address_hashes: Collection[str]) -> None:
    """Let transactions about links from one address come one after the other, until they are committed.

    Else three processes that store a burst of three at the same moment would not see each other's. On
    SQLite every writer waits for the one before anyway.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    for key in sorted({_lock_key(address_hash) for address_hash in address_hashes if address_hash}):
        session.execute(select(func.pg_advisory_xact_lock(key)))


def find_bursts(session: Session, visits: Collection[VisitRow]) -> dict[int, str]:
    """Name the rule for every visit that is part of a burst with one of these, they themselves included."""
    found = _bursts_of_companies(session, visits) if visits else {}
    return found | (_bursts_of_links(session, visits) if visits else {})


def mark_bursts(session: Session, visits: Collection[VisitRow]) -> list[VisitRow]:
    """Mark what is part of a burst with these visits, of which links were just opened; gives the marked ones.

    They are held until the commit: what another process makes of them meanwhile comes before or after.
    """
    found = find_bursts(session, visits)
    if not found:
        return []
    unmarked = find_visits(session, among(Visit.id, found), Visit.burst == "", Visit.forgotten_at.is_(None))
    for visit in unmarked:
        visit.burst = found[visit.id]
    return unmarked


def _bursts_of_links(session: Session, visits: Collection[VisitRow]) -> dict[int, str]:
    rows = session.execute(
        select(Visit.id, Visit.prospect_id, Visit.campaign_id, PageView.at, PageView.url)
        .join(PageView, PageView.visit_id == Visit.id)
        .where(
            PageView.landed,
            among(Visit.prospect_id, {visit.prospect_id for visit in visits}),
            *_around(visits, LINKS_WITHIN),
        )
    )
    groups: dict[Hashable, list[Landing]] = defaultdict(list)
    for visit_id, prospect_id, campaign_id, at, url in rows:
        groups[prospect_id, campaign_id].append(Landing(at, visit_id, url))
    return _named(groups, LINKS_AT_ONCE, LINKS_WITHIN, SEVERAL_LINKS)


def _bursts_of_companies(session: Session, visits: Collection[VisitRow]) -> dict[int, str]:
    rows = session.execute(
        select(Visit.id, Visit.address_hash, Visit.user_agent, PageView.at, Prospect.id, Prospect.account_id)
        .join(PageView, PageView.visit_id == Visit.id)
        .join(Prospect, Prospect.id == Visit.prospect_id)
        .where(
            PageView.landed,
            among(Visit.address_hash, {visit.address_hash for visit in visits} - {""}),
            *_around(visits, COMPANIES_WITHIN),
        )
    )
    groups: dict[Hashable, list[Landing]] = defaultdict(list)
    for visit_id, address_hash, user_agent, at, prospect_id, account_id in rows:
        # Somebody without an account is a company of their own.
        company = ("person", prospect_id) if account_id is None else ("account", account_id)
        groups[address_hash, user_agent].append(Landing(at, visit_id, company))
    return _named(groups, COMPANIES_AT_ONCE, COMPANIES_WITHIN, SEVERAL_COMPANIES)


def _around(visits: Collection[VisitRow], within: timedelta) -> tuple[ColumnElement[bool], ...]:
    begin = min(visit.started_at for visit in visits) - within
    end = max(visit.last_at for visit in visits) + within
    return Visit.last_at >= begin, PageView.at.between(begin, end)


def _named(groups: Landings, number: int, within: timedelta, name: str) -> dict[int, str]:
    return {visit_id: name for group in groups.values() for visit_id in at_once(group, number, within)}


def _lock_key(address_hash: str) -> int:
    """Give the number by which PostgreSQL knows the lock: 64 bits, with a sign."""
    return int.from_bytes(bytes.fromhex(address_hash[:16]), "big", signed=True)
