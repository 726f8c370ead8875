"""Campaigns, and the tokens that tie a link to a prospect."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, UtcDateTime


class Campaign(Base):
    """One mailing; its label rides behind the token in a link."""

    __tablename__ = "campaigns"

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(64), unique=True)
    url: Mapped[str] = mapped_column(String(2000), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Token(Base):
    """A prospect's token row: opaque, stable until revoked or rotated. The signed text is never stored."""

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(12), unique=True)
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id", ondelete="CASCADE"), index=True)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Signed into the token, so that the same text comes out each time it is written."""
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CampaignRecipient(Base):
    """Somebody who was on a list for a campaign's mailing that was downloaded here."""

    __tablename__ = "campaign_recipients"
    __table_args__ = ({"sqlite_with_rowid": False},)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True)
    prospect_id: Mapped[int] = mapped_column(
        ForeignKey("prospects.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    exported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When they were on one last."""
