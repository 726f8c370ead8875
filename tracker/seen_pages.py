"""On which pages of a site people were seen lately: what shows a marketer that the tag is in place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.models import PageView, Visit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

LATEST_VISITS = 300
"""Of the whole installation, whose pages are looked at: however many there are, the answer is quick."""
SHOWN = 20


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page by its address, which is a stranger's text."""

    url: str
    views: int
    last_at: datetime


def seen_pages(session: Session, site_id: int) -> Sequence[SeenPage]:
    """Give the pages of a site that were in one of the latest visits, the latest first."""
    latest = (
        select(Visit.id, Visit.site_id)
        .where(Visit.forgotten_at.is_(None))
        .order_by(Visit.last_at.desc())
        .limit(LATEST_VISITS)
        .subquery()
    )
    last_at = func.max(PageView.at)
    rows = session.execute(
        select(PageView.url, func.count(), last_at)
        .join(latest, latest.c.id == PageView.visit_id)
        .where(latest.c.site_id == site_id)
        .group_by(PageView.url)
        .order_by(last_at.desc())
        .limit(SHOWN)
    )
    return [SeenPage(url, views, at) for url, views, at in rows]
