"""Deals as the CRM tells them, and the table that turns loss reasons into kinds."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, UtcDateTime
from tracker.words import DealStatus, LossOutcome, ReasonKind


class Deal(Base):
    """What somebody did not buy (or has open, or bought). Nothing here is invented: blank stays blank."""

    __tablename__ = "deals"
    __table_args__ = (
        # Of the few with a call agreed, those whose invitation says otherwise are looked for.
        Index(
            "ix_deals_agreed_post_mortem_at",
            "post_mortem_at",
            sqlite_where=text("post_mortem_at IS NOT NULL"),
            postgresql_where=text("post_mortem_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_key: Mapped[str] = mapped_column(String(400), unique=True)
    """`<format>:<CRM id>`, or `key:` and the confirmed fallback (account, deal, contact)."""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    owner_name_id: Mapped[int | None] = mapped_column(ForeignKey("owner_names.id"), index=True)
    title: Mapped[str] = mapped_column(String(300), default="")
    product: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[DealStatus] = mapped_column(default=DealStatus.LOST)
    value_minor: Mapped[int | None] = mapped_column(BigInteger)
    """In hundredths of `currency`."""
    currency: Mapped[str] = mapped_column(String(3), default="")
    closed_on: Mapped[date | None]
    """The day it was lost or won, as the CRM says."""
    outcome: Mapped[LossOutcome | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    reason_kind: Mapped[ReasonKind | None]
    competitor: Mapped[str] = mapped_column(String(200), default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    renewal_on: Mapped[date | None]
    """When the chosen competitor's contract renews, where known."""
    not_qualified: Mapped[bool] = mapped_column(default=False)
    """Never was a real chance: gets neither cadence nor alerts."""
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The last import that named this deal; of one that no file named yet, when it was noted."""
    noted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When somebody noted it by hand, before any file named it."""
    post_mortem_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """For when the call was agreed in which they say why."""
    hot_until: Mapped[date | None]
    """Until when their project is hot, where the rep says so: they are turned to every four weeks."""


deal_prospects = Table(
    "deal_prospects",
    Base.metadata,
    Column("deal_id", ForeignKey("deals.id", ondelete="CASCADE"), primary_key=True),
    Column("prospect_id", ForeignKey("prospects.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class ReasonRule(Base):
    """One line of the editable table that maps loss reasons to kinds; the first match wins."""

    __tablename__ = "reason_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    phrase: Mapped[str] = mapped_column(String(200), unique=True)
    """Matched anywhere in the reason, at the start of a word, whatever the case."""
    kind: Mapped[ReasonKind]


class ImportMapping(Base):
    """A column mapping that a user confirmed once for files with these headings."""

    __tablename__ = "import_mappings"

    id: Mapped[int] = mapped_column(primary_key=True)
    headings_key: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the sorted headings."""
    mapping: Mapped[str] = mapped_column(Text)
    """JSON: our field to their heading, plus the confirmed date order."""
