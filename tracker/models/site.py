"""The company's sites, and what their pages are about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, UtcDateTime
from tracker.words import ConsentSource, SenderKind


class Site(Base):
    """A website that carries the snippet."""

    __tablename__ = "sites"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    origins: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Allowed origins, scheme and host (and port), e.g. `https://www.example.com`."""
    query_names: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Query names that may be stored; all others are cut off."""
    consent_source: Mapped[ConsentSource] = mapped_column(default=ConsentSource.API)
    legal_basis: Mapped[str] = mapped_column(String(100), default="consent")
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The last hit of a known browser, for `ringback check`."""


class SenderRule(Base):
    """One line of the table of senders that we know more of than their requests say."""

    __tablename__ = "sender_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[SenderKind]
    what: Mapped[str] = mapped_column(String(200), unique=True)
    """A network like `203.0.113.0/24`; of a program, a pattern for its user agent."""
    note: Mapped[str] = mapped_column(String(200), default="")


class TopicRule(Base):
    """One line of the table that gives pages their topics; the first match wins."""

    __tablename__ = "topic_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    """None: for every site."""
    pattern: Mapped[str] = mapped_column(String(200))
    """A path with `*` for anything, e.g. `/pricing*`."""
    topic: Mapped[str] = mapped_column(String(60))
