"""Browsers bound to prospects, their visits, and the page views with their evidence."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    String,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, UtcDateTime
from tracker.words import State


class Browser(Base):
    """A browser that a link bound to a prospect."""

    __tablename__ = "browsers"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True)
    """Opaque; what the browser credential signs."""
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    shared: Mapped[bool] = mapped_column(default=False)
    """A token of another person was opened in it: *shared browser*."""
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unbound_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a rep said that it is not this prospect's; it is nobody's until another's link binds it. What it
    says of the past stays with the visits.
    """
    own_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    """Whose of our own people it is: what is done in it is *internal*."""
    own_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when that is known."""


class Visit(Base):
    """A session of page views of one prospect in one browser, with gaps under 30 minutes."""

    __tablename__ = "visits"
    __table_args__ = (
        Index("ix_visits_prospect_id_last_at", "prospect_id", "last_at"),
        # For `tracker.retention`: however many visits there are, it holds those of the last weeks.
        Index(
            "ix_visits_last_at_remembered",
            "last_at",
            sqlite_where=text("forgotten_at IS NULL"),
            postgresql_where=text("forgotten_at IS NULL"),
        ),
        # For the same: what is to go altogether. Only what is settled is in it, so no hit has to keep it.
        Index(
            "ix_visits_last_at_forgotten",
            "last_at",
            sqlite_where=text("forgotten_at IS NOT NULL"),
            postgresql_where=text("forgotten_at IS NOT NULL"),
        ),
        # Both ends of what happened in a browser are found without its middle.
        Index("ix_visits_browser_id_last_at", "browser_id", "last_at"),
        # For `tracker.ingest.bursts`: who came from one address lately.
        Index("ix_visits_address_hash_last_at", "address_hash", "last_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id", ondelete="CASCADE"))
    browser_id: Mapped[int] = mapped_column(ForeignKey("browsers.id", ondelete="CASCADE"))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_link: Mapped[bool] = mapped_column(default=False)
    """A token came in this visit; otherwise they came on their own."""
    user_agent: Mapped[str] = mapped_column(String(512), default="")
    address_hash: Mapped[str] = mapped_column(String(64), default="")
    """Keyed hash of the address."""
    signs: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What the server saw in its requests, by the names of `tracker.ingest.signs`."""
    burst: Mapped[str] = mapped_column(String(60), default="")
    """The rule of `tracker.ingest.bursts` that it was part of; empty: none."""
    pages: Mapped[int] = mapped_column(default=0)
    """Page views that it has."""
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the three above were blanked, as `tracker.retention` rules; the state stands since then."""
    state: Mapped[State] = mapped_column(default=State.UNCONFIRMED)
    state_reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    demoted: Mapped[bool] = mapped_column(default=False)
    """Something about it speaks against a person; a later clean visit can outweigh that."""
    identity: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What is odd about whose visit it is, by the names of `tracker.ingest.identity`."""
    not_theirs: Mapped[bool] = mapped_column(default=False)
    """A rep said that it was somebody else; true whoever the browser becomes bound to later."""
    points: Mapped[int] = mapped_column(default=0)
    """Of intent, earned in this visit alone."""
    intent: Mapped[int] = mapped_column(default=0)
    """The prospect's, 0 to 100, as of this visit: its points and what is left of earlier ones."""
    intent_reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """Each with `name`, `points` and `sentence`."""


class PageView(Base):
    """One page seen in a visit, with its evidence. Evidence only grows, so a repeated hit changes nothing.

    On PostgreSQL the table is partitioned by month (`tracker.months`), and a key of the whole would have to
    contain `at`, which changes. So each partition has its own: `id` is of one sequence, and (`hit_id`,
    `part`) is unique within a month by its key, beyond it by `tracker.ingest.drain`, which only one at a
    time is, and which looks a page up before it stores it.
    """

    __tablename__ = "page_views"
    __table_args__ = (
        PrimaryKeyConstraint("id").ddl_if(dialect="sqlite"),
        UniqueConstraint("hit_id", "part").ddl_if(dialect="sqlite"),
        {"postgresql_partition_by": "RANGE (at)"},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hit_id: Mapped[str] = mapped_column(String(32))
    """Of the page as its browser counts pages; the same for all its parts."""
    part: Mapped[int] = mapped_column(default=0)
    """Counted up where a page left open was used again after its visit had ended: it is then seen in the
    next visit, too.
    """
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    url: Mapped[str] = mapped_column(String(2000))
    """Origin and path, plus the query names that the site allows."""
    title: Mapped[str] = mapped_column(String(200), default="")
    referrer: Mapped[str] = mapped_column(String(200), default="")
    """Origin only."""
    landed: Mapped[bool] = mapped_column(default=False)
    """It was opened by a link: its first hit came with a genuine token."""
    topic: Mapped[str] = mapped_column(String(60), default="")
    base_visible_ms: Mapped[int] = mapped_column(default=0)
    """What earlier parts had shown already, and the silence since then, as the browser counts; the evidence
    below is this part's own.
    """
    base_gesture_ms: Mapped[int | None]
    base_bursts: Mapped[int] = mapped_column(default=0)
    visible_ms: Mapped[int] = mapped_column(default=0)
    first_gesture_ms: Mapped[int | None]
    """From first visible to the first trusted gesture."""
    last_gesture_ms: Mapped[int | None]
    bursts: Mapped[int] = mapped_column(default=0)
    """Bursts of wheel, move or touch, two seconds apart."""
    driver: Mapped[bool] = mapped_column(default=False)
    """`navigator.webdriver` was true."""


event.listen(
    PageView.__table__,
    "after_create",
    DDL(  # type: ignore[no-untyped-call]
        "CREATE TABLE page_views_default PARTITION OF page_views ("
        "CONSTRAINT pk_page_views_default PRIMARY KEY (id),"
        " CONSTRAINT uq_page_views_default_hit_id_part UNIQUE (hit_id, part)) DEFAULT"
    ).execute_if(dialect="postgresql"),
)


class Drop(Base):
    """How often hits were dropped for a named reason. One row a reason, there from the start."""

    __tablename__ = "drops"

    reason: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
