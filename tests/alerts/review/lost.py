"""Losses for the stories of reviews."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from alerts.review.asked import Asked
from tests.builders import add_account, add_deal, add_owner_name, add_prospect
from tracker.calendar_month import Month

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Deal, User

OCTOBER = Month(2026, 10)
TODAY = date(2026, 11, 9)
NOW = datetime(2026, 11, 9, 9, 30, tzinfo=UTC)
"""A Monday."""
ASKED = Asked(OCTOBER, "Europe/London", TODAY)


def lose(session: Session, owner: User | None = None, day: date = date(2026, 10, 14), **fields: Any) -> Deal:  # noqa: ANN401  (the columns of a deal)
    """A deal lost on price to Acme in October, of a company of its own."""
    name = add_owner_name(session, owner) if owner else None
    account = add_account(session, owner=name)
    return add_deal(session, add_prospect(session, account), owner=name, closed_on=day, **fields)
