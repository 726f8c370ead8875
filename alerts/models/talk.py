"""What came out of a lost deal: the talk about why, and what the rep would do otherwise."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models import Base, UtcDateTime


class PostMortem(Base):
    """What a prospect told their rep in the talk about why they said no. Of each deal one."""

    __tablename__ = "post_mortems"

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id", ondelete="CASCADE"), unique=True)
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id", ondelete="CASCADE"), index=True)
    """With whom."""
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    """Who wrote it down."""
    chose: Mapped[str] = mapped_column(String(200), default="")
    reason_kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    """In words of `tracker.words.ReasonKind`."""
    reasons: Mapped[str] = mapped_column(Text, default="")
    why_not_us: Mapped[str] = mapped_column(Text, default="")
    differently: Mapped[str] = mapped_column(Text, default="")
    """What we could have done differently."""
    project: Mapped[str] = mapped_column(Text, default="")
    """How their project is going."""
    outside_look: Mapped[bool] = mapped_column(default=False)
    """They took up the standing offer of an outside look."""
    version: Mapped[int] = mapped_column(default=1)
    """Counted up with every change, so that a second editor is told of the first."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Debrief(Base):
    """A rep's own look at a lost deal, private to them and their manager."""

    __tablename__ = "debriefs"
    __table_args__ = (UniqueConstraint("deal_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    """Whose it is."""
    answers: Mapped[dict[str, str]] = mapped_column(JSON)
    """By question (`alerts.debrief.Question`): yes, partly or no."""
    note: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
