"""Consent to hear of offers again: something else than being recognised, for which `tracker.consent` is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from tracker.among import among
from tracker.models import OfferConsent

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

TEXT_LENGTH = 500
SOURCE_LENGTH = 200


def agree_to_offers(session: Session, prospect_id: int, text: str, source: str, now: datetime) -> bool:
    """Put on record that somebody agreed, and to which words; gives whether they had not by then.

    A consent that stands keeps its words, source and time.
    """
    if agreed_to_offers(session, [prospect_id]):
        return False
    session.add(
        OfferConsent(
            prospect_id=prospect_id, given_at=now, text=text[:TEXT_LENGTH], source=source[:SOURCE_LENGTH]
        )
    )
    session.flush()
    return True


def end_offers(session: Session, prospect_id: int, now: datetime) -> bool:
    """Let no consent to offers stand that somebody gave so far; gives whether one did."""
    ended = session.scalars(
        update(OfferConsent)
        .where(OfferConsent.prospect_id == prospect_id, OfferConsent.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(OfferConsent.id),
        execution_options={"synchronize_session": False},
    )
    return bool(ended.all())


def agreed_to_offers(session: Session, prospect_ids: Collection[int]) -> set[int]:
    """Give those among these whose consent stands."""
    wanted = select(OfferConsent.prospect_id).where(
        among(OfferConsent.prospect_id, prospect_ids), OfferConsent.revoked_at.is_(None)
    )
    return set(session.scalars(wanted))
