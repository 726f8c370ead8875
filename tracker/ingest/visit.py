"""Hits become page views, page views become visits: a session with gaps under half an hour.

Evidence only grows (most time, earliest and latest gesture), so that a hit may come twice, late, or
before the one it follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.ingest.hit import MAX_AGE, Batch, DropReason, Hit, Sender, seen_at, stored_url
from tracker.models import Browser, PageView, Site, Visit
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.ingest.identify import Known

VISIT_GAP = timedelta(minutes=30)
"""The common session length of web analytics."""
MAX_PAGES = 200
"""Page views stored of one visit; more is no reader."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a batch of hits came from."""

    site: Site
    sender: Sender
    address_hash: str
    topic_of: Callable[[str], str]
    """Gives the topic of a page of this site."""


class Visits:
    """The visits of some browsers, loaded at once and extended hit by hit."""

    def __init__(
        self, session: Session, browsers: Sequence[Browser], hit_ids: set[str], now: datetime
    ) -> None:
        """Load what the coming hits may touch."""
        self._session = session
        session.flush()  # new browsers get their ids
        ids = [browser.id for browser in browsers]
        since = now - MAX_AGE - VISIT_GAP
        self._visits = list(
            session.scalars(select(Visit).where(Visit.browser_id.in_(ids), Visit.last_at >= since))
        )
        self._views = {
            view.hit_id: (view, visit)
            for view, visit in session.execute(
                select(PageView, Visit)
                .join(Visit, Visit.id == PageView.visit_id)
                .where(PageView.hit_id.in_(hit_ids))
            )
        }
        self._pages = dict(
            session.execute(
                select(PageView.visit_id, func.count())
                .where(PageView.visit_id.in_([visit.id for visit in self._visits]))
                .group_by(PageView.visit_id)
            ).all()
        )
        self.touched: dict[int, Visit] = {}

    def extend(self, known: Known, batch: Batch, source: Source, now: datetime) -> list[DropReason]:
        """Store a batch's hits, oldest first; gives the names of those that could not be."""
        oldest_first = sorted(batch.hits, key=lambda hit: hit.age, reverse=True)
        return [drop for hit in oldest_first if (drop := self._add(known, hit, source, now))]

    def _add(self, known: Known, hit: Hit, source: Source, now: datetime) -> DropReason | None:
        if hit.age > MAX_AGE:
            return DropReason.TOO_OLD
        at = seen_at(hit, now)
        if hit.id in self._views:
            view, visit = self._views[hit.id]
            if visit.browser_id != known.browser.id:
                return DropReason.NOT_YOURS
            visit.last_at = max(visit.last_at, at)
        else:
            visit = self._visit_at(known, at) or self._new_visit(known, source, at)
            if self._pages.get(visit.id, 0) >= MAX_PAGES:
                return DropReason.TOO_MANY_PAGES
            view = self._new_view(visit, hit, source, at)
        if visit.prospect_id == known.prospect_id:
            # Late evidence of the person before them says nothing about this one's link.
            visit.by_link = visit.by_link or known.by_link
            visit.campaign_id = known.campaign_id or visit.campaign_id
        _grow(view, hit)
        self.touched[visit.id] = visit
        return None

    def _visit_at(self, known: Known, at: datetime) -> Visit | None:
        """Find the visit that a moment belongs to: this person's, in this browser."""
        fitting = (
            visit
            for visit in self._visits
            if visit.browser_id == known.browser.id
            and visit.prospect_id == known.prospect_id
            and visit.started_at - VISIT_GAP < at < visit.last_at + VISIT_GAP
        )
        return max(fitting, key=lambda visit: visit.last_at, default=None)

    def _new_visit(self, known: Known, source: Source, at: datetime) -> Visit:
        visit = Visit(
            prospect_id=known.prospect_id,
            browser_id=known.browser.id,
            site_id=source.site.id,
            started_at=at,
            last_at=at,
            by_link=known.by_link,
            campaign_id=known.campaign_id,
            user_agent=source.sender.user_agent,
            address_hash=source.address_hash,
            signs=list(source.sender.signs),
            state=State.UNCONFIRMED,
        )
        self._session.add(visit)
        self._session.flush()
        self._visits.append(visit)
        return visit

    def _new_view(self, visit: Visit, hit: Hit, source: Source, at: datetime) -> PageView:
        url = stored_url(hit.url, frozenset(source.site.query_names))
        view = PageView(
            hit_id=hit.id,
            visit_id=visit.id,
            at=at,
            url=url,
            title=hit.title,
            referrer=hit.referrer,
            topic=source.topic_of(url),
            visible_ms=0,
            bursts=0,
            driver=False,
        )
        self._session.add(view)
        visit.started_at = min(visit.started_at, at)
        visit.last_at = max(visit.last_at, at)
        self._views[hit.id] = (view, visit)
        self._pages[visit.id] = self._pages.get(visit.id, 0) + 1
        return view


def _grow(view: PageView, hit: Hit) -> None:
    """Merge a hit's evidence into its page view."""
    view.visible_ms = max(view.visible_ms, hit.visible_ms)
    view.bursts = max(view.bursts, hit.bursts)
    view.driver = view.driver or hit.driver
    firsts = [ms for ms in (view.first_gesture_ms, hit.first_gesture_ms) if ms is not None]
    lasts = [ms for ms in (view.last_gesture_ms, hit.last_gesture_ms) if ms is not None]
    view.first_gesture_ms = min(firsts, default=None)
    view.last_gesture_ms = max(lasts, default=None)
