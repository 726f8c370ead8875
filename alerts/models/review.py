"""What was said and decided in the monthly reviews."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from alerts.words import ReviewNoteKind
from tracker.models import Base, UtcDateTime


class ReviewNote(Base):
    """A note of a session, or a decision: who does what until when."""

    __tablename__ = "review_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(index=True)
    """The first day of the month that was looked at."""
    kind: Mapped[ReviewNoteKind]
    text: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    """Who wrote it."""
    doer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who does it; None: nobody was named, or it is a note."""
    until: Mapped[date | None]
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Of a decision: when it was marked as done; None: it is open."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was taken back."""
    version: Mapped[int] = mapped_column(default=1)
    """Counted up with every change, so that a second editor is told of the first."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
