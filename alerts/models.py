"""The tables of what we do about it: alerts, the mails they become, attempts, outcomes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from alerts.words import Decision, FollowUpKind, FollowUpResult, MessageKind, MessageState, OutcomeKind
from tracker.models import Base, UtcDateTime

__all__ = [
    "Alert",
    "Breaker",
    "Decision",
    "Delivery",
    "FollowUp",
    "FollowUpKind",
    "FollowUpResult",
    "Message",
    "MessageKind",
    "MessageState",
    "Outcome",
    "OutcomeKind",
]


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
        # For `alerts.numbers`: calls by the week in which they were told, one alert in fourteen.
        Index(
            "ix_alerts_told",
            "sent_at",
            "user_id",
            "visit_id",
            "deal_id",
            sqlite_where=text("decision = 'call'"),
            postgresql_where=text("decision = 'call'"),
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


class Message(Base):
    """A mail to be sent: the outbox. The row is the truth; a broker message only says "look here"."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_state_next_attempt_at", "state", "next_attempt_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(100), unique=True)
    """`alert:<alert id>`, `digest:<user id>:<day>` or `correction:<first alert's id>:<moment>`: two planners
    make one mail.
    """
    kind: Mapped[MessageKind]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    day: Mapped[date | None]
    """Of a digest: the reader's day."""
    mail_id: Mapped[str] = mapped_column(String(200))
    """The RFC 5322 Message-ID, stored before the first attempt and kept for every one."""
    state: Mapped[MessageState] = mapped_column(default=MessageState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Set by the worker that claimed it; past it, another may."""
    last_reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Delivery(Base):
    """One attempt on one channel, written before it is made."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    attempt: Mapped[int]
    channel: Mapped[str] = mapped_column(String(20), default="mail")
    to_address: Mapped[str] = mapped_column(String(320))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    result: Mapped[str] = mapped_column(String(20), default="started")
    """One of `alerts.outbox.Result`."""
    reason: Mapped[str] = mapped_column(Text, default="")


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


class Breaker(Base):
    """The state of a channel's circuit breaker, shared by all workers."""

    __tablename__ = "breakers"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    open_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    alarm: Mapped[bool] = mapped_column(default=False)
    """Something only a person can mend, e.g. a wrong password."""
