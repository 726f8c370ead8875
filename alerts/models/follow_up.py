"""What reps are to do about lost deals, and did."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from alerts.words import FollowUpKind, FollowUpResult
from tracker.models import Base, UtcDateTime


class FollowUp(Base):
    """What a rep is to do about a lost deal, and did. Of each deal at most one is still to be done.

    What is to be done is worked out from the other rows (`alerts.followups`) and moves with them; what was
    done stays.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (
        Index(
            "ix_follow_ups_open_deal_id",
            "deal_id",
            unique=True,
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        # A rep's, by day: what is due, and what is to come.
        Index(
            "ix_follow_ups_open_user_id_due_on",
            "user_id",
            "due_on",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        # What somebody did today.
        Index(
            "ix_follow_ups_done_by_done_at",
            "done_by",
            "done_at",
            sqlite_where=text("done_at IS NOT NULL"),
            postgresql_where=text("done_at IS NOT NULL"),
        ),
        # For `alerts.review`: the few that came to something.
        Index(
            "ix_follow_ups_came_back",
            "done_at",
            sqlite_where=text("result IN ('reopened', 'won_back')"),
            postgresql_where=text("result IN ('reopened', 'won_back')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id", ondelete="CASCADE"), index=True)
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id", ondelete="CASCADE"), index=True)
    """Whom to turn to, of those in the deal."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who is to do it: the owner, or who stands in; None: nobody owns it."""
    kind: Mapped[FollowUpKind]
    not_before: Mapped[date]
    """The day that the cadence gives."""
    due_on: Mapped[date]
    """The day that the rep has room for it: the same, or later."""
    agreed: Mapped[bool] = mapped_column(default=False)
    """The prospect expects it on this very day."""
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    result: Mapped[FollowUpResult | None]
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    call_back_on: Mapped[date | None]
