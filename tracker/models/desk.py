"""What lets the company's own people in, and the record of what they and others changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, UtcDateTime
from tracker.words import ActorKind, Thing, WayIn

HASH_LENGTH = 64
"""Characters of a SHA-256 in hexadecimal."""
KEY_LENGTH = 22
"""Letters and digits of an id that stands in a signed address: 130 bits, which nobody guesses."""


class SignInLink(Base):
    """A link that was asked for, to be mailed to its user. Used once, within minutes, in one browser."""

    __tablename__ = "sign_in_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    browser_hash: Mapped[str | None] = mapped_column(String(HASH_LENGTH))
    """Of the secret that the asking browser carries; None: asked for on the command line, good in any."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class UserSession(Base):
    """A browser in which a user is signed in. Of its key only the hash is here: no copy of this opens one."""

    __tablename__ = "user_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_agent: Mapped[str] = mapped_column(String(512))
    way: Mapped[WayIn] = mapped_column(default=WayIn.MAIL, server_default=WayIn.MAIL.value)
    """How it was opened."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AuditEntry(Base):
    """Who changed what, and when. Rows are added and never changed."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_thing_thing_id", "thing", "thing_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    by: Mapped[ActorKind]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    """Who, where it was a user."""
    verb: Mapped[str] = mapped_column(String(40))
    thing: Mapped[Thing]
    thing_id: Mapped[int | None]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What was changed, as it had been; empty where nothing was."""
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
