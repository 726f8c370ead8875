"""Mails to be sent, the attempts to send them, and the breakers of what they go by."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from alerts.words import MessageKind, MessageState
from tracker.models import Base, UtcDateTime


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


class Breaker(Base):
    """The state of a channel's circuit breaker, shared by all workers."""

    __tablename__ = "breakers"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    open_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    alarm: Mapped[bool] = mapped_column(default=False)
    """Something only a person can mend, e.g. a wrong password."""
