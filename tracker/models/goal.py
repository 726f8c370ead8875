"""What is known of a prospect besides deals: goals and interests, and the tags that users give."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, UtcDateTime
from tracker.words import GoalEnd, GoalKind

TAG = 40
GOAL = 300


class Tag(Base):
    """A word that users put to a prospect, to find them again among others."""

    __tablename__ = "tags"
    __table_args__ = (Index("ix_tags_tag_prospect_id", "tag", "prospect_id"),)

    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(TAG), primary_key=True)
    """In small letters, with single blanks."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Goal(Base):
    """Something that a prospect wants to reach, or cares about."""

    __tablename__ = "goals"
    __table_args__ = (Index("ix_goals_topic_prospect_id", "topic", "prospect_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id", ondelete="CASCADE"), index=True)
    kind: Mapped[GoalKind]
    text: Mapped[str] = mapped_column(String(GOAL))
    topic: Mapped[str] = mapped_column(String(60), default="")
    """What it is about, so that content is found for it; empty: nothing that content has."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who noted it; None: they said it themselves."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was reached, or given up."""
    ended_as: Mapped[GoalEnd | None]
    version: Mapped[int] = mapped_column(default=1)
