"""People of whom a rep reported that they asked to be left alone: a mark of their own, for good.

Wishes are kept under a keyed hash of the address (`tracker.suppression`), and who has none, or asked for less
than no calls, has nothing there that holds alerts. The report itself goes when the visit that it was about is
deleted; the mark stays for as long as the person does, unless it is taken back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from tracker.among import among
from tracker.models import LeftAlone
from tracker.suppression import suppress
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.signing import Signer


def leave_alone(
    session: Session, prospect_id: int, kinds: Collection[SuppressionKind], source: str, now: datetime
) -> None:
    """Mark somebody as to be left alone; `source` says who told us."""
    named = sorted(kind.value for kind in kinds)
    session.add(LeftAlone(prospect_id=prospect_id, kinds=named, source=source, at=now))
    session.flush()


def left_alone(session: Session, prospect_ids: Collection[int]) -> dict[int, datetime]:
    """Give those among these who are to be left alone, and since when (UTC)."""
    since = func.min(LeftAlone.at, type_=LeftAlone.at.type)
    wanted = select(LeftAlone.prospect_id, since).where(among(LeftAlone.prospect_id, prospect_ids))
    return dict(session.execute(wanted.group_by(LeftAlone.prospect_id)).all())


def kinds_of(session: Session, prospect_id: int) -> frozenset[SuppressionKind]:
    """Give what somebody asked for by these reports."""
    named = session.scalars(select(LeftAlone.kinds).where(LeftAlone.prospect_id == prospect_id))
    return frozenset(SuppressionKind(kind) for kinds in named for kind in kinds)


def suppress_marked(session: Session, signer: Signer, prospect_id: int, email: str, now: datetime) -> None:
    """Keep under somebody's first address what they asked a rep for while they had none."""
    marks = session.scalars(select(LeftAlone).where(LeftAlone.prospect_id == prospect_id))
    for mark in marks.all():
        for kind in mark.kinds:
            suppress(session, signer, [email], SuppressionKind(kind), mark.source, now)


def call_again(session: Session, prospect_id: int) -> bool:
    """Forget every mark of somebody, because they say otherwise now; gives whether there was one."""
    gone = delete(LeftAlone).where(LeftAlone.prospect_id == prospect_id).returning(LeftAlone.id)
    return bool(session.scalars(gone).all())
