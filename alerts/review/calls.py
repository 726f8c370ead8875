"""The calls that were told in twelve months, what came of them, and which lost deals came back."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from sqlalchemy import String, and_, case, func, literal, or_, select, text, type_coerce, union_all

from alerts.models import Alert, FollowUp
from alerts.numbers import told_in
from alerts.review.rows import Calls
from alerts.words import FollowUpResult
from tracker.among import among
from tracker.ingest.history import PEOPLE
from tracker.models import Deal, Listing, OwnerName, UtcDateTime, Visit
from tracker.words import DealStatus

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from alerts.review.asked import Asked

HOUR_S = 3600
Moment: TypeAlias = "InstrumentedAttribute[datetime | None]"
CAME_BACK = f"follow_ups.result IN ('{FollowUpResult.REOPENED}', '{FollowUpResult.WON_BACK}')"
"""In the words of the index of just these follow-ups."""


class Waits(NamedTuple):
    """How soon calls were made."""

    told: int
    called: int
    median_s: float | None
    """From the visit to the first report of a call, in seconds; None where nobody called."""
    within_hour: int


class Back(NamedTuple):
    """A lost deal that was reported as reopened or won back."""

    deal: int | None
    """Its ID; None: of no deal that is known."""
    prospect_id: int
    in_month: bool
    """So it was reported in the month itself."""
    won: bool
    value_minor: int
    currency: str


class Beside(NamedTuple):
    """What else is counted of the month."""

    people: int
    """Prospects with a lost deal who came to the website in the month."""
    ahead: int
    """Lost deals whose day is still to come."""
    undated: int
    """Lost deals without a day."""


def calls(session: Session, asked: Asked) -> list[Calls]:
    """Add up what reps within reach were told to call about; one query, from one index and the deals."""
    begin, month, end = asked.bounds
    in_month = _in_month(month)
    by = (in_month, Alert.user_id, type_coerce(Deal.reason_kind, String), Deal.competitor)
    rows = session.execute(
        select(*by, func.count(), func.count(Alert.called_after_s), func.count(Alert.reopened_at))
        .outerjoin(Deal, Deal.id == Alert.deal_id)
        .where(*told_in(begin, end))
        .group_by(*by)
    )
    return [
        Calls(bool(in_month), user_id, reason or "", competitor or "", told, called, reopened)
        for in_month, user_id, reason, competitor, told, called, reopened in rows
        if asked.is_theirs(user_id)
    ]


def waits(session: Session, asked: Asked, those: Iterable[Calls]) -> tuple[Waits, Waits]:
    """Say how soon they were called about, in the month and in the twelve; one query."""
    begin, month, end = asked.bounds
    in_month = _in_month(month)
    wanted = select(in_month, Alert.called_after_s, func.count()).where(
        *told_in(begin, end), Alert.called_after_s.is_not(None)
    )
    if asked.whose is not None:
        wanted = wanted.where(or_(among(Alert.user_id, list(asked.whose)), Alert.user_id.is_(None)))
    found = session.execute(wanted.group_by(in_month, Alert.called_after_s)).all()
    known = [(bool(lately), wait, number) for lately, wait, number in found if wait is not None]
    told = [(call.in_month, call.told) for call in those]
    return (
        _waits(sum(number for lately, number in told if lately), [one[1:] for one in known if one[0]]),
        _waits(sum(number for _, number in told), [one[1:] for one in known]),
    )


def _waits(told: int, those: Iterable[tuple[int, int]]) -> Waits:
    seconds = [wait for wait, number in those for _ in range(number)]
    within = sum(wait <= HOUR_S for wait in seconds)
    return Waits(told, len(seconds), median(seconds) if seconds else None, within)


def came_back(session: Session, asked: Asked) -> list[Back]:
    """Read which deals were reported as reopened or won back, each once at its best; one query."""
    begin, month, end = asked.bounds
    both = union_all(
        *(_reported(at, won, begin, end) for at, won in ((Alert.reopened_at, 0), (Alert.won_at, 1))),
        select(
            FollowUp.deal_id,
            FollowUp.prospect_id,
            func.coalesce(FollowUp.done_by, FollowUp.user_id),
            FollowUp.done_at,
            case((FollowUp.result == FollowUpResult.WON_BACK, 1), else_=0),
        ).where(text(CAME_BACK), FollowUp.done_at >= begin, FollowUp.done_at < end),
    ).subquery()
    deal_id, person, user_id, at, won = both.c
    rows = session.execute(
        select(deal_id, person, user_id, at >= month, won, Deal.value_minor, Deal.currency).outerjoin(
            Deal, Deal.id == deal_id
        )
    )
    best: dict[tuple[bool, int, bool], Back] = {}
    for deal, prospect_id, who, in_month, is_won, value, currency in rows:
        if not asked.is_theirs(who):
            continue
        back = Back(deal, prospect_id, bool(in_month), bool(is_won), value or 0, currency or "")
        key = (deal is not None, deal if deal is not None else prospect_id, back.won)
        before = best.get(key)
        best[key] = back if before is None or back.in_month < before.in_month else before
    return list(best.values())


def beside(session: Session, asked: Asked) -> Beside:
    """Count who came to the website in the month, and the deals that no month can have; one query."""
    _, begin, end = asked.bounds
    lost = and_(Deal.status == DealStatus.LOST, Deal.not_qualified.is_(False))
    ahead, undated = (
        select(func.count()).where(lost, some).scalar_subquery()
        for some in (Deal.closed_on > asked.today, Deal.closed_on.is_(None))
    )
    return Beside(*session.execute(select(_people(asked, begin, end), ahead, undated)).one())


def _in_month(begins: datetime) -> ColumnElement[int]:
    return case((Alert.sent_at >= literal(begins, UtcDateTime), 1), else_=0)


def _people(asked: Asked, begin: datetime, end: datetime) -> ColumnElement[int]:
    within = and_(Visit.last_at >= begin, Visit.last_at < end)
    # Each half has an index of its own, so both are found by time.
    halves = or_(and_(Visit.forgotten_at.is_(None), within), and_(Visit.forgotten_at.is_not(None), within))
    came = (
        select(Visit.prospect_id)
        .where(halves, Visit.state.in_(PEOPLE), Visit.not_theirs.is_(False))
        .distinct()
        .subquery()
    )
    query = (
        select(func.count())
        .select_from(came)
        .join(Listing, Listing.prospect_id == came.c.prospect_id)
        .where(Listing.lost_day > 0)
    )
    if asked.whose is not None:
        owners = select(OwnerName.id).where(
            or_(OwnerName.user_id.in_(asked.whose), OwnerName.user_id.is_(None))
        )
        query = query.where(or_(Listing.owner_name_id.in_(owners), Listing.owner_name_id.is_(None)))
    return query.scalar_subquery()


def _reported(at: Moment, won: int, begin: datetime, end: datetime) -> Select[*tuple[Any, ...]]:
    return select(Alert.deal_id, Alert.prospect_id, Alert.user_id, at, literal(won)).where(
        at.is_not(None), at >= begin, at < end
    )
