"""What the page about talks tells of a person: what is due next, and what was done about their lost deal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased

from alerts.models import FollowUp
from alerts.plain import plain, printable
from tracker.models import Deal, User

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from alerts.words import FollowUpKind, FollowUpResult

MOST_DONE = 50
"""Follow-ups that are listed, the latest: years of check-ins."""
NAME_LENGTH = 80


class Step(NamedTuple):
    """A follow-up, to be done or done."""

    id: int
    deal_id: int
    deal: str
    kind: FollowUpKind
    due_on: date
    agreed: bool
    whose: str
    """Who is to do it, or did; empty: nobody."""
    done_at: datetime | None
    done_by: int | None
    result: FollowUpResult | None
    note: str
    call_back_on: date | None


def steps_of(session: Session, prospect_id: int) -> tuple[list[Step], list[Step]]:
    """Give what is to be done about somebody, and what was done, the latest first. One query."""
    keeper, doer = aliased(User), aliased(User)
    rows = session.execute(
        select(FollowUp, Deal, keeper.name, doer.name)
        .join(Deal, Deal.id == FollowUp.deal_id)
        .outerjoin(keeper, keeper.id == FollowUp.user_id)
        .outerjoin(doer, doer.id == FollowUp.done_by)
        .where(FollowUp.prospect_id == prospect_id)
        .order_by(FollowUp.done_at.is_not(None), FollowUp.done_at.desc(), FollowUp.due_on, FollowUp.id.desc())
        .limit(MOST_DONE)
    ).all()
    steps = [_step(row, deal, by if row.done_at else whose) for row, deal, whose, by in rows]
    return [one for one in steps if one.done_at is None], [one for one in steps if one.done_at is not None]


def deals_named(deals: Sequence[Deal]) -> dict[int, str]:
    """Give what deals are called, in one line each."""
    return {deal.id: _called(deal) for deal in deals}


def _step(row: FollowUp, deal: Deal, who: str | None) -> Step:
    return Step(
        row.id,
        row.deal_id,
        _called(deal),
        row.kind,
        row.due_on,
        row.agreed,
        plain(who or "", NAME_LENGTH),
        row.done_at,
        row.done_by,
        row.result,
        printable(row.note),
        row.call_back_on,
    )


def _called(deal: Deal) -> str:
    return plain(deal.title or deal.product, NAME_LENGTH) or "A deal without a name"
