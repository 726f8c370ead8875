"""The policy's decisions about visits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from alerts.words import Decision
from tracker.models import Base, UtcDateTime

UNSENT = (
    "message_id IS NULL AND sent_at IS NULL AND claimed_at IS NULL AND closed_at IS NULL"
    " AND (decision = 'digest' OR (decision = 'hold'"
    " AND why IN ('daily limit', 'outside working hours', 'rep away', 'too late to call')))"
)
"""What a digest lists: nobody was told of it, and nobody answered it yet. An index is of just these, which is
found by the very same words; the holds are `alerts.policy.DIGEST_HOLDS`.
"""


class Alert(Base):
    """The policy's decision about one visit: tell the rep now, in the digest, or hold, and why.

    One row a visit, updated while nothing has been sent: a hold can become a call when more is known.
    """

    __tablename__ = "alerts"
    # Somebody's, of the last days: what there is to call, to wait for, and to count.
    __table_args__ = (
        Index(
            "ix_alerts_user_id_decision_decided_at_prospect_id",
            "user_id",
            "decision",
            "decided_at",
            "prospect_id",
        ),
        # For `alerts.digest`, which looks every minute: what waits for somebody's morning, few of all.
        Index(
            "ix_alerts_unsent",
            "user_id",
            "decided_at",
            sqlite_where=text(UNSENT),
            postgresql_where=text(UNSENT),
        ),
        # For `alerts.numbers`: calls by when they were told, one alert in fourteen, and what came of them.
        Index(
            "ix_alerts_told",
            "sent_at",
            "user_id",
            "deal_id",
            "called_after_s",
            "reopened_at",
            "won_at",
            "decision",  # SQLite would else look each of them up, for what the condition says
            sqlite_where=text("decision = 'call'"),
            postgresql_where=text("decision = 'call'"),
        ),
        # For `alerts.review`: the few that came to something, by when that was reported.
        *(
            Index(
                f"ix_alerts_{name}",
                name,
                sqlite_where=text(f"{name} IS NOT NULL"),
                postgresql_where=text(f"{name} IS NOT NULL"),
            )
            for name in ("reopened_at", "won_at")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), unique=True)
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deals.id", ondelete="SET NULL"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Whom to tell: owner, deputy or manager."""
    decision: Mapped[Decision]
    why: Mapped[str] = mapped_column(String(60))
    """The name of the trigger (*high-intent page*, *answers the loss reason* …) or of the hold."""
    sentence: Mapped[str] = mapped_column(Text, default="")
    """`why` in plain words."""
    intent: Mapped[int] = mapped_column(default=0)
    tier: Mapped[str] = mapped_column(String(10), default="")
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the mail may go out: at once, or when the policy's window ends."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """When its mail, or the digest that lists it, was accepted."""
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    corrected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When what was told turned out not to hold: there was no person, or one of ours."""
    correction: Mapped[str] = mapped_column(Text, default="")
    """Why, in plain words."""
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    """The mail that says so."""
    called_after_s: Mapped[int | None]
    """Seconds from the beginning of the visit to the first report of a call that stands; None: nobody called.
    This and the next two are `alerts.upshot`'s.
    """
    reopened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The first report of it that stands."""
    won_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
