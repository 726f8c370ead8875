"""Who agreed to hear from us again: the proof, and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from tracker.models import OfferConsent

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def agree(session: Session, prospect_id: int, words: str, source: str, now: datetime) -> None:
    """Put on record what somebody said yes to, word for word, and where."""
    session.add(OfferConsent(prospect_id=prospect_id, given_at=now, text=words, source=source))
    session.flush()


def withdraw(session: Session, prospect_id: int, now: datetime) -> None:
    """End every yes of theirs that stands: their latest word counts, wherever the earlier ones were given."""
    session.execute(
        update(OfferConsent)
        .where(OfferConsent.prospect_id == prospect_id, OfferConsent.revoked_at.is_(None))
        .values(revoked_at=now),
        execution_options={"synchronize_session": False},
    )
