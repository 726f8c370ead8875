"""What one person asked for, and what is on record of their consent."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from tracker.models import Suppression
from tracker.suppression import email_hash

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.signing import Signer
    from tracker.words import SuppressionKind


class Wish(NamedTuple):
    """A wish on record: where they said so, and since when (UTC)."""

    source: str
    at: datetime


def wishes_of(session: Session, signer: Signer, email: str) -> Mapping[SuppressionKind, Wish]:
    """Give the wishes behind an address; nobody's where it is blank."""
    if not email:
        return {}
    rows = session.execute(
        select(Suppression.kind, Suppression.source, Suppression.at).where(
            Suppression.email_hash == email_hash(signer, email)
        )
    )
    return {kind: Wish(source, at) for kind, source, at in rows}
