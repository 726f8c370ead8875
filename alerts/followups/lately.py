"""Who is to be looked at again, because something just happened with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import or_, select, union

from alerts.models import Outcome
from tracker.ingest.history import CONFIRMED
from tracker.models import Deal, LeftAlone, Prospect, Visit, deal_prospects
from tracker.segments.asked import who_asked
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

MOST_FRESH = 2_000
"""Prospects in one round. An import brings more; they have their turn within the hour."""


class Fresh(NamedTuple):
    """Companies, and people without one, by their ids."""

    companies: set[int]
    alone: set[int]


def lately(session: Session, since: datetime) -> Fresh:
    """Find who visited, was reported on, asked for something, or has a new deal since then (UTC)."""
    news = union(
        select(Visit.prospect_id).where(Visit.last_at >= since, Visit.state.in_(CONFIRMED)),
        select(Outcome.prospect_id).where(or_(Outcome.at >= since, Outcome.undone_at >= since)),
        select(deal_prospects.c.prospect_id)
        .join(Deal, Deal.id == deal_prospects.c.deal_id)
        .where(or_(Deal.imported_at >= since, Deal.noted_at >= since)),
        select(LeftAlone.prospect_id).where(LeftAlone.at >= since),
        who_asked(SuppressionKind, since),
    ).subquery()
    people = session.execute(
        select(Prospect.id, Prospect.account_id)
        .where(Prospect.id.in_(select(news.c[0])))
        .order_by(Prospect.id.desc())
        .limit(MOST_FRESH)
    ).all()
    return Fresh(
        {account_id for _, account_id in people if account_id is not None},
        {prospect_id for prospect_id, account_id in people if account_id is None},
    )
