"""Prospects and the accounts (companies) they belong to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, UtcDateTime


class Account(Base):
    """The company: its people share owner, cooldown and context."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    name_key: Mapped[str] = mapped_column(String(300), unique=True)
    """The name casefolded, with single spaces."""
    owner_name_id: Mapped[int | None] = mapped_column(ForeignKey("owner_names.id"), index=True)
    """The account's present owner, where the CRM says one."""


class Prospect(Base):
    """A person who did not buy."""

    __tablename__ = "prospects"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    email: Mapped[str | None] = mapped_column(String(320))
    email_key: Mapped[str | None] = mapped_column(String(320), unique=True)
    """The address casefolded; people without one are known by `contact_key`."""
    contact_key: Mapped[str | None] = mapped_column(String(400), unique=True)
    """CRM contact id, or account and name, for people without an address."""
    name: Mapped[str] = mapped_column(String(200), default="")
    first_name: Mapped[str] = mapped_column(String(100), default="")
    """As the export gives it apart; empty when it does not, and then it is not guessed."""
    job_title: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    """E.164 where it could be read, else as written."""
    country: Mapped[str] = mapped_column(String(2), default="")
    time_zone: Mapped[str] = mapped_column(String(64), default="")
    """IANA name where imported; empty means it is worked out from the phone, and said as assumed."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
