"""The stronger ways to sign in: passkeys, and accounts at the company's own identity provider."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, UtcDateTime
from tracker.models.desk import KEY_LENGTH

CREDENTIAL_LENGTH = 1364
"""Characters of a credential's id at most: 1023 bytes (WebAuthn level 3, 4) in base64url."""
SUBJECT_LENGTH = 255
"""Characters of a subject at most (OpenID Connect Core 1.0, 2)."""
ISSUER_LENGTH = 500
PASSKEY_NAME_LENGTH = 80


class Passkey(Base):
    """The public half of a key pair that a user's phone, computer or security key keeps."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[str] = mapped_column(String(CREDENTIAL_LENGTH), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    """How often it signed, as it says itself; 0 for ever where it does not count."""
    name: Mapped[str] = mapped_column(String(PASSKEY_NAME_LENGTH))
    """As its user knows it."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it last signed somebody in."""


class SpentChallenge(Base):
    """A challenge that a passkey has answered: the same answer opens nothing a second time."""

    __tablename__ = "spent_challenges"

    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    spent_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ProviderAccount(Base):
    """The account at the identity provider with which a user first signed in: no other is theirs."""

    __tablename__ = "provider_accounts"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    issuer: Mapped[str] = mapped_column(String(ISSUER_LENGTH))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
