"""The deals lost in twelve months, with what was said about them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import String, func, select, type_coerce

from alerts.review.rows import Loss, Said
from tracker.models import Account, Deal, Finding, Listing, OwnerName, deal_prospects
from tracker.words import DealStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from alerts.review.asked import Asked


def lost_within(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    """Say of deals that they were lost in the twelve months, and that they ever had a chance."""
    last = min(asked.month.end_day, asked.today + timedelta(days=1))
    return (
        Deal.status == DealStatus.LOST,
        Deal.not_qualified.is_(False),
        Deal.closed_on >= asked.first.first_day,
        Deal.closed_on < last,
    )


def losses(session: Session, asked: Asked) -> list[Loss]:
    """Read what was lost within the reader's reach; one query."""
    found = session.execute(
        select(
            Deal.id,
            Deal.closed_on,
            Deal.value_minor,
            Deal.currency,
            type_coerce(Deal.reason_kind, String),
            Deal.reason,
            Deal.competitor,
            Deal.account_id,
            OwnerName.user_id,
            func.min(deal_prospects.c.prospect_id),
            func.max(Listing.seen),
        )
        .outerjoin(Account, Account.id == Deal.account_id)
        .outerjoin(OwnerName, OwnerName.id == func.coalesce(Deal.owner_name_id, Account.owner_name_id))
        .outerjoin(deal_prospects, deal_prospects.c.deal_id == Deal.id)
        .outerjoin(Listing, Listing.prospect_id == deal_prospects.c.prospect_id)
        .where(*lost_within(asked))
        .group_by(Deal.id, OwnerName.user_id)
    )
    over = _ends(ZoneInfo(asked.zone))
    return [
        Loss(
            deal_id, day, value, currency, kind or "", reason, competitor, account_id, user_id, prospect_id,
            (seen or 0) >= over(day),
        )
        for (
            deal_id, day, value, currency, kind, reason, competitor, account_id, user_id, prospect_id, seen,
        ) in found
        if day is not None and asked.is_theirs(user_id)
    ]  # fmt: skip


def said_about(session: Session, asked: Asked) -> Sequence[Said]:
    """Read what talks told about losses of the twelve months, whoever's; one query."""
    rows = session.execute(
        select(
            Finding.deal_id,
            Finding.prospect_id,
            Finding.kind,
            Finding.text,
            type_coerce(Finding.reason_kind, String),
        )
        .join(Deal, Deal.id == Finding.deal_id)
        .where(*lost_within(asked))
        .order_by(Finding.id)
    )
    return [Said(deal_id, person, kind, text, reason or "") for deal_id, person, kind, text, reason in rows]


class _ends:  # noqa: N801  (a function that remembers)
    """Gives when a day is over in a zone, in seconds since 1970."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._known: dict[date, float] = {}

    def __call__(self, day: date) -> float:
        if day not in self._known:
            self._known[day] = datetime.combine(day + timedelta(days=1), time(), self._zone).timestamp()
        return self._known[day]
