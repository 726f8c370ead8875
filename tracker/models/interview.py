"""The prospects' own answers on why they did not buy, and what was learned of a loss beside the CRM."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, UtcDateTime
from tracker.words import FindingKind, FindingSource, ReasonKind

FINDING = 300


class Interview(Base):
    """Questions to one prospect about one deal, on a page that only its links lead to."""

    __tablename__ = "interviews"
    __table_args__ = (
        Index("ix_interviews_finished_at_ended_at_prospect_id", "finished_at", "ended_at", "prospect_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True)
    """Opaque; what its links sign."""
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id", ondelete="CASCADE"), index=True)
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id", ondelete="CASCADE"), index=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asker: Mapped[str] = mapped_column(String(200), default="")
    """The independent interviewer's name; empty: who made it asks."""
    gift: Mapped[str] = mapped_column(String(200), default="")
    """The thank-you that is promised; empty: none."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was taken back."""
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the first answer was saved."""
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    willing: Mapped[bool | None]
    """The last answer: whether they are willing to hear from us again."""


class InterviewAnswer(Base):
    """One answer, as it stands."""

    __tablename__ = "interview_answers"

    interview_id: Mapped[int] = mapped_column(
        ForeignKey("interviews.id", ondelete="CASCADE"), primary_key=True
    )
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    keyed: Mapped[bool] = mapped_column(default=False)
    """The interviewer typed it during a call."""
    version: Mapped[int] = mapped_column(default=1)
    """Counted up with every change, so that a second device is told of the first."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Finding(Base):
    """Something that was said about a loss, beside what the CRM says, which stays as it is."""

    __tablename__ = "findings"
    __table_args__ = (Index("ix_findings_source_source_id", "source", "source_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id", ondelete="CASCADE"), index=True)
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id", ondelete="CASCADE"), index=True)
    """Who said it."""
    kind: Mapped[FindingKind]
    text: Mapped[str] = mapped_column(String(FINDING), default="")
    reason_kind: Mapped[ReasonKind | None]
    """Of a reason."""
    source: Mapped[FindingSource]
    source_id: Mapped[int]
    """Of the interview or the post-mortem."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
