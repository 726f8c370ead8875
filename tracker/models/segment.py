"""Filters of prospects that somebody keeps under a name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, UtcDateTime

SEGMENT_NAME = 60


class Segment(Base):
    """A saved filter: it says whom to look for, and who looks finds those within their own reach."""

    __tablename__ = "segments"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    """Whose it is."""
    name: Mapped[str] = mapped_column(String(SEGMENT_NAME))
    shared: Mapped[bool] = mapped_column(default=False)
    """Everybody sees it; else its owner alone."""
    filter: Mapped[dict[str, Any]] = mapped_column(JSON)
    """By the names in an address's query."""
    version: Mapped[int] = mapped_column(default=1)
    """Counted up with every change, so that a second editor is told of the first."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
