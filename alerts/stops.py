"""They asked a rep to stop: the wish becomes a mark and suppressions; undoing it lifts just those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.left_alone import kinds_of, leave_alone
from tracker.models import LeftAlone, Prospect, Suppression
from tracker.suppression import suppress, suppressed_kinds

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.signing import Signer
    from tracker.words import SuppressionKind


def stop_source(number: int, report: str = "outcome") -> str:
    """Write the source of suppressions that a report brought: the thread by which they are lifted."""
    return f"told a rep ({report} {number})"


def put_stop(
    session: Session,
    signer: Signer,
    prospect_id: int,
    wishes: Collection[SuppressionKind],
    source: str,
    now: datetime,
) -> None:
    """Mark the prospect as to be left alone, and suppress them in each way wished for that is not in force.

    A person without an address cannot be suppressed by address; the mark itself keeps them quiet.
    """
    leave_alone(session, prospect_id, wishes, source, now)
    email = session.scalar(select(Prospect.email).where(Prospect.id == prospect_id))
    if not email:
        return
    already = set().union(*suppressed_kinds(session, signer, [email]).values())
    for wish in sorted(set(wishes) - already):
        suppress(session, signer, [email], wish, source, now)


def asked_for(session: Session, signer: Signer, prospect_id: int) -> frozenset[SuppressionKind]:
    """Give the wishes that stand for a prospect, from wherever they came.

    Of a person without an address only reports can tell.
    """
    email = session.scalar(select(Prospect.email).where(Prospect.id == prospect_id))
    if email:
        return frozenset(suppressed_kinds(session, signer, [email]).get(email, ()))
    return kinds_of(session, prospect_id)


def lift_stop(session: Session, prospect_id: int, source: str, at: datetime) -> None:
    """Lift what the report of this `source` and time brought and nothing else.

    What another stop still asks for becomes that one's.

    A wish on record keeps its first source: one that arrives from elsewhere after this stop leaves no
    trace of its own, and goes with it.
    """
    marks = session.scalars(
        select(LeftAlone).where(LeftAlone.prospect_id == prospect_id).order_by(LeftAlone.id)
    ).all()
    others = []
    for mark in marks:
        # SQLite gives the number of a report that is gone to a later one: the time tells them apart.
        if (mark.source, mark.at) == (source, at):
            session.delete(mark)
        else:
            others.append(mark)
    brought = session.scalars(select(Suppression).where(Suppression.source == source))
    for suppression in brought:
        heir = next((other for other in others if suppression.kind in other.kinds), None)
        if heir is None:
            session.delete(suppression)
        else:
            suppression.source = heir.source
