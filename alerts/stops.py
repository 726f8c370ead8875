"""The outcome *stop*: the person's wish becomes suppressions, and undoing it lifts just those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.models import Outcome
from alerts.words import OutcomeKind
from tracker.models import Prospect, Suppression
from tracker.suppression import suppress, suppressed_kinds
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.signing import Signer


def stop_source(outcome_id: int) -> str:
    """Write the source of suppressions that an outcome brought: the thread by which they are lifted."""
    return f"told a rep (outcome {outcome_id})"


def put_stop(
    session: Session,
    signer: Signer,
    prospect_id: int,
    wishes: Collection[SuppressionKind],
    outcome_id: int,
    now: datetime,
) -> None:
    """Suppress the prospect in each way wished for that is not already in force.

    A person without an address cannot be suppressed by address; the outcome itself keeps them quiet.
    """
    email = session.scalar(select(Prospect.email).where(Prospect.id == prospect_id))
    if not email:
        return
    already = set().union(*suppressed_kinds(session, signer, [email]).values())
    for wish in sorted(set(wishes) - already):
        suppress(session, signer, [email], wish, stop_source(outcome_id), now)


def asked_for(session: Session, signer: Signer, prospect_id: int) -> frozenset[SuppressionKind]:
    """Give the wishes that stand for a prospect, from wherever they came.

    Of a person without an address only a standing report can tell.
    """
    email = session.scalar(select(Prospect.email).where(Prospect.id == prospect_id))
    if email:
        return frozenset(suppressed_kinds(session, signer, [email]).get(email, ()))
    reported = session.scalars(
        select(Outcome.stops)
        .where(Outcome.prospect_id == prospect_id, Outcome.kind == OutcomeKind.STOP)
        .where(Outcome.undone_at.is_(None))
    )
    return frozenset(SuppressionKind(kind) for kinds in reported for kind in kinds)


def lift_stop(session: Session, outcome: Outcome) -> None:
    """Lift what `outcome` brought and nothing else; what another stop still asks for becomes that one's.

    A wish on record keeps its first source: one that arrives from elsewhere after this stop leaves no
    trace of its own, and goes with it.
    """
    others = session.scalars(
        select(Outcome)
        .where(Outcome.prospect_id == outcome.prospect_id, Outcome.kind == OutcomeKind.STOP)
        .where(Outcome.undone_at.is_(None), Outcome.id != outcome.id)
        .order_by(Outcome.id)
    ).all()
    brought = session.scalars(select(Suppression).where(Suppression.source == stop_source(outcome.id)))
    for suppression in brought:
        heir = next((other for other in others if suppression.kind in other.stops), None)
        if heir is None:
            session.delete(suppression)
        else:
            suppression.source = stop_source(heir.id)
