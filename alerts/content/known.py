"""What suggestions go by: what people want, and why they said no, read for many at once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, cast, func, literal, select, union_all

from alerts.content.suggest import Known, SaidNo, Wanted
from tracker.among import among
from tracker.models import Deal, Finding, Goal, deal_prospects
from tracker.words import DealStatus, FindingKind, FindingSource, GoalKind, ReasonKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

EACH = 20
"""Reasons of one person that are told: the latest, their own words before the CRM's."""
_WANT, _SAID, _CRM = 0, 1, 2


def known_of(session: Session, prospect_ids: Collection[int]) -> Mapping[int, Known]:
    """Give what is known of these people, but for what they were sent; of everybody something, or nothing."""
    wants: dict[int, list[Wanted]] = defaultdict(list)
    reasons: dict[int, list[SaidNo]] = defaultdict(list)
    if prospect_ids:
        every = union_all(_wants(prospect_ids), _said(prospect_ids), _crm(prospect_ids)).subquery()
        rows = session.execute(select(every).order_by(every.c.part, every.c.day.desc(), every.c.id.desc()))
        for prospect_id, part, _, _, kind, text, more in rows:
            if part == _WANT:
                wants[prospect_id].append(Wanted(GoalKind(kind), text, more))
            elif len(reasons[prospect_id]) < EACH:
                source = FindingSource(more) if more else None
                reasons[prospect_id].append(SaidNo(ReasonKind(kind), text, source))
    return {one: Known(tuple(wants[one]), tuple(reasons[one])) for one in prospect_ids}


def _wants(prospect_ids: Collection[int]) -> Select[Any]:
    return _part(_WANT, Goal.prospect_id, Goal.at, Goal.id, Goal.kind, Goal.text, Goal.topic).where(
        among(Goal.prospect_id, prospect_ids), Goal.ended_at.is_(None)
    )


def _said(prospect_ids: Collection[int]) -> Select[Any]:
    return _part(
        _SAID, Finding.prospect_id, Finding.at, Finding.id, Finding.reason_kind, Finding.text, Finding.source
    ).where(
        among(Finding.prospect_id, prospect_ids),
        Finding.kind == FindingKind.REASON,
        Finding.reason_kind.is_not(None),
    )


def _crm(prospect_ids: Collection[int]) -> Select[Any]:
    theirs = deal_prospects.c
    return (
        _part(_CRM, theirs.prospect_id, Deal.closed_on, Deal.id, Deal.reason_kind, Deal.reason, literal(""))
        .join(deal_prospects, theirs.deal_id == Deal.id)
        .where(
            among(theirs.prospect_id, prospect_ids),
            Deal.status == DealStatus.LOST,
            Deal.not_qualified.is_(False),
            Deal.reason_kind.is_not(None),
        )
    )


def _part(  # noqa: PLR0913, PLR0917  (the columns of all three)
    part: int,
    prospect_id: Any,  # noqa: ANN401  (columns of three tables)
    day: Any,  # noqa: ANN401
    number: Any,  # noqa: ANN401
    kind: Any,  # noqa: ANN401
    text: Any,  # noqa: ANN401
    more: Any,  # noqa: ANN401
) -> Select[Any]:
    return select(
        prospect_id.label("prospect_id"),
        literal(part).label("part"),
        func.coalesce(cast(day, Text), "").label("day"),
        number.label("id"),
        cast(kind, Text).label("kind"),
        cast(text, Text).label("text"),
        cast(more, Text).label("more"),
    )
