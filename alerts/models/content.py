"""What there is to send to prospects, and what was sent to whom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from alerts.words import ContentKind, SentBy
from tracker.models import Base, UtcDateTime


class ContentItem(Base):
    """A page worth sending: an article, a case, news about the product."""

    __tablename__ = "content_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(1000), unique=True)
    kind: Mapped[ContentKind]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was taken out: nobody is sent it any more, and what was sent still says what it was."""
    version: Mapped[int] = mapped_column(default=1)
    """Counted up with every change, so that a second editor is told of the first."""


class ContentTopic(Base):
    """What a content item is about: the same topics as pages, goals and reasons have."""

    __tablename__ = "content_topics"
    __table_args__ = (Index("ix_content_topics_topic_content_id", "topic", "content_id"),)

    content_id: Mapped[int] = mapped_column(
        ForeignKey("content_items.id", ondelete="CASCADE"), primary_key=True
    )
    topic: Mapped[str] = mapped_column(String(60), primary_key=True)


class ContentSent(Base):
    """That somebody was sent something: their history, on which the next suggestion builds."""

    __tablename__ = "content_sent"
    __table_args__ = (Index("ix_content_sent_prospect_id_at", "prospect_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    content_id: Mapped[int] = mapped_column(ForeignKey("content_items.id", ondelete="CASCADE"), index=True)
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    how: Mapped[SentBy]
    why: Mapped[str] = mapped_column(Text, default="")
    """The reason that was given for it then."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
