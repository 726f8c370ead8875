"""What reps report about visits."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from alerts.words import OutcomeKind
from tracker.models import Base, UtcDateTime


class Outcome(Base):
    """One report by a rep; undone, never deleted."""

    __tablename__ = "outcomes"
    __table_args__ = (Index("ix_outcomes_user_id_at", "user_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"), index=True)
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[OutcomeKind]
    note: Mapped[str] = mapped_column(Text, default="")
    call_back_on: Mapped[date | None]
    stops: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Of *stop*: the kinds of suppression that were asked for."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
