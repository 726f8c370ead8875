"""Hits become page views, page views become visits: a session with gaps under half an hour.

A hit may come twice, late, or before the one it follows: it is of the visit of its own time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import func, select

from tracker.among import among
from tracker.ingest.evidence import Page, begin_earlier, grow, reached, rebase, set_base, used_since
from tracker.ingest.hit import MAX_AGE, DropReason, Hit, seen_at
from tracker.ingest.pages import Pages
from tracker.ingest.rows import VisitRow, find_visits, visits_in_hand
from tracker.models import Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.ingest.arrival import Arrival
    from tracker.ingest.identify import Known

VISIT_GAP = timedelta(minutes=30)
"""The common session length of web analytics."""
MAX_PAGES = 200
"""Page views stored of one visit; more is no reader."""
MAX_PERSON_PAGES = 500
"""Page views stored of one person, whatever their browsers, within `PERSON_TIME` (S14). A colleague or two to
whom a link was forwarded read some dozens each; more is somebody who fills the database with one token.
"""
PERSON_TIME = timedelta(days=1) + MAX_AGE
"""A day, and the time by which a hit may say that it comes late: else old hits would not count for long."""


_Part: TypeAlias = tuple[Page, VisitRow]
"""A page view and its visit; a page that is used again later has several."""


@dataclass(frozen=True, slots=True)
class Source:
    """The site that hits came from."""

    site_id: int
    topic_of: Callable[[str], str]
    """Gives the topic of a page of this site."""


class Visits:
    """The visits of some browsers, loaded at once and extended hit by hit."""

    def __init__(
        self, session: Session, people: Sequence[Known], hits: Collection[Hit], now: datetime
    ) -> None:
        """Load what the coming hits may touch."""
        session.flush()  # new browsers get their ids
        ids = {known.browser.id for known in people}
        since = now - MAX_AGE - VISIT_GAP
        self._rows = visits_in_hand(session)
        self._visits: dict[tuple[int, int], list[VisitRow]] = defaultdict(list)
        for visit in find_visits(session, among(Visit.browser_id, ids), Visit.last_at >= since):
            self._visits[visit.browser_id, visit.prospect_id].append(visit)
        self._parts: dict[str, list[_Part]] = defaultdict(list)
        self._withdrawn: set[int] = set()
        self._pages = Pages(session, now)
        for view, visit, revoked_at in self._pages.find(hits):
            self._parts[view.hit_id].append((view, visit))
            if revoked_at is not None:
                self._withdrawn.add(visit.browser_id)
        self._person_pages: Counter[int] = Counter()
        for prospect_id, pages in session.execute(
            select(Visit.prospect_id, func.sum(Visit.pages))
            .where(
                among(Visit.prospect_id, {known.prospect_id for known in people}),
                Visit.last_at >= now - PERSON_TIME,
            )
            .group_by(Visit.prospect_id)
        ):
            self._person_pages[prospect_id] = pages
        self._touched: dict[VisitRow, None] = {}
        self._landed: dict[VisitRow, None] = {}

    def store(self) -> None:
        """Write what is new and what has changed, all at once."""
        self._rows.store()  # new visits get their ids
        self._pages.store()

    def touched(self) -> list[VisitRow]:
        """Give the visits that the hits changed."""
        return list(self._touched)

    def landed(self) -> list[VisitRow]:
        """Give the visits in which a link was opened just now."""
        return list(self._landed)

    def extend(self, known: Known, arrival: Arrival, source: Source) -> list[DropReason]:
        """Store an arrival's hits, oldest first; gives the names of those that could not be."""
        oldest_first = sorted(arrival.hits, key=lambda hit: hit.age, reverse=True)
        drops = [drop for hit in oldest_first if (drop := self._add(known, hit, arrival, source))]
        if known.landing and oldest_first:
            self._land(oldest_first[0].id)
        return drops

    def _land(self, hit_id: str) -> None:
        """Mark the page that a link opened: a token comes with the first hits of the page it stood in."""
        first = min(self._parts[hit_id], key=lambda part: part[0].part, default=None)
        if first is not None and first[1] in self._touched:
            first[0].landed = True
            self._landed[first[1]] = None

    def _add(self, known: Known, hit: Hit, arrival: Arrival, source: Source) -> DropReason | None:
        at = seen_at(hit, arrival.at)
        parts = self._parts[hit.id]
        if any(self._is_others(visit, known) for _, visit in parts):
            return DropReason.NOT_YOURS
        found = _part_at(parts, at) or self._next_part(known, hit, arrival, source, at)
        if found is None or isinstance(found, DropReason):
            return found
        view, visit = found
        if visit.prospect_id == known.prospect_id:
            # Late evidence of the person before them says nothing about this one's link.
            visit.by_link = visit.by_link or known.by_link
            visit.campaign_id = known.campaign_id or visit.campaign_id
        view.at = min(view.at, at)
        if new_signs := [sign for sign in arrival.signs if sign not in visit.signs]:
            visit.signs = visit.signs + new_signs
        visit.started_at = min(visit.started_at, at)
        visit.last_at = max(visit.last_at, at)
        self._begin_earlier(view, hit)
        grow(view, hit)
        self._touched[visit] = None
        self._rebase_after(view)
        return None

    def _is_others(self, visit: VisitRow, known: Known) -> bool:
        """Whether a visit is another's to tell of.

        Two links that are opened at the same moment make a browser known twice, and it keeps the later name
        only: what it then says of the other page is true as well. Once somebody withdrew, it is not.
        """
        if visit.browser_id == known.browser.id:
            return False
        return visit.prospect_id != known.prospect_id or visit.browser_id in self._withdrawn

    def _next_part(
        self, known: Known, hit: Hit, arrival: Arrival, source: Source, at: datetime
    ) -> _Part | DropReason | None:
        """Make a page view in the visit of that time; None when nothing was done there since."""
        before = [view for view, _ in self._parts[hit.id] if view.at < at]
        if before and not used_since(hit, reached(before)):
            return None
        if self._person_pages[known.prospect_id] >= MAX_PERSON_PAGES:
            return DropReason.TOO_MANY_PAGES_A_DAY
        visit = self._visit_at(known, at) or self._new_visit(known, arrival, source, at)
        if visit.pages >= MAX_PAGES:
            return DropReason.TOO_MANY_PAGES
        view = self._new_view(visit, hit, source, at)
        if before:
            set_base(view, reached(before), hit)
        return view, visit

    def _visit_at(self, known: Known, at: datetime) -> VisitRow | None:
        """Find the visit that a moment belongs to: this person's, in this browser."""
        theirs = self._visits[known.browser.id, known.prospect_id]
        fitting = (visit for visit in theirs if _covers(visit, at))
        return max(fitting, key=lambda visit: visit.last_at, default=None)

    def _begin_earlier(self, view: Page, hit: Hit) -> None:
        """Let a page view that goes on with an earlier one begin with its first sign, whenever that comes."""
        before = [part for part, _ in self._parts[hit.id] if part.at < view.at]
        if before and used_since(hit, far := reached(before)):
            begin_earlier(view, far, hit)

    def _rebase_after(self, view: Page) -> None:
        """Let later parts of the same page count from where this one has come to by now."""
        parts = self._parts[view.hit_id]
        far = reached([view])
        for later, visit in parts:
            if later.at > view.at and rebase(later, far, visit.last_at - later.at):
                self._touched[visit] = None

    def _new_visit(self, known: Known, arrival: Arrival, source: Source, at: datetime) -> VisitRow:
        visit = VisitRow(
            id=0,
            prospect_id=known.prospect_id,
            browser_id=known.browser.id,
            site_id=source.site_id,
            started_at=at,
            last_at=at,
            by_link=known.by_link,
            campaign_id=known.campaign_id,
            user_agent=arrival.user_agent,
            address_hash=arrival.address_hash,
            signs=list(arrival.signs),
        )
        self._rows.add(visit)
        self._visits[known.browser.id, known.prospect_id].append(visit)
        return visit

    def _new_view(self, visit: VisitRow, hit: Hit, source: Source, at: datetime) -> Page:
        parts = self._parts[hit.id]
        view = Page(
            id=None,
            hit_id=hit.id,
            part=len(parts),
            at=at,
            url=hit.url,
            title=hit.title,
            referrer=hit.referrer,
            topic=source.topic_of(hit.url),
        )
        self._pages.add(view, visit)
        parts.append((view, visit))
        visit.pages += 1
        self._person_pages[visit.prospect_id] += 1
        return view


def _part_at(parts: Sequence[_Part], at: datetime) -> _Part | None:
    """Find the part of a page that a moment belongs to: that of the visit then."""
    fitting = [part for part in parts if _covers(part[1], at)]
    return max(fitting, key=lambda part: part[1].last_at) if fitting else None


def _covers(visit: VisitRow, at: datetime) -> bool:
    """Whether a moment is less than the gap away from the time of a visit."""
    return visit.started_at - VISIT_GAP < at < visit.last_at + VISIT_GAP
