"""Consent on record, and the people who asked to be left alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, UtcDateTime
from tracker.words import SuppressionKind


class Consent(Base):
    """Proof that a prospect agreed to be recognised: when, to which text, by which source.

    Or only its end, where they took back what was never on record (`tracker.consent.NOTHING_GIVEN`).
    """

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id", ondelete="CASCADE"), index=True)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    text_version: Mapped[str] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(String(200))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OfferConsent(Base):
    """Proof that a prospect agreed to hear of offers again, in words of their own or by a yes.

    Something else than being recognised, for which `Consent` is.
    """

    __tablename__ = "offer_consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id", ondelete="CASCADE"), index=True)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    text: Mapped[str] = mapped_column(String(500))
    """What they said yes to, word for word."""
    source: Mapped[str] = mapped_column(String(200))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Suppression(Base):
    """A wish to be left alone. Kept as a keyed hash, so that it outlives the person's erasure."""

    __tablename__ = "suppressions"
    __table_args__ = (UniqueConstraint("email_hash", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email_hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[SuppressionKind]
    source: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class LeftAlone(Base):
    """A mark of somebody who asked a rep to be left alone: nobody is told to call them any more.

    It outlives the visit that the report was about; erased with the person.
    """

    __tablename__ = "left_alone"

    id: Mapped[int] = mapped_column(primary_key=True)
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id", ondelete="CASCADE"), index=True)
    kinds: Mapped[list[str]] = mapped_column(JSON)
    """What they asked for, in words of `SuppressionKind`."""
    source: Mapped[str] = mapped_column(String(200))
    """By which report it is taken back."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class HashKey(Base):
    """Which key the keyed hashes here were made with, by its fingerprint. One row, or none at first."""

    __tablename__ = "hash_keys"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
