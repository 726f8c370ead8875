"""What arrived and is not worked through yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, UtcDateTime


class InboxRow(Base):
    """One request's hits, as `tracker.ingest.arrival` writes them: no token, no credential, no address.

    It lives for milliseconds. On SQLite the table stands in a file of its own, beside the database, so that
    keeping a hit never waits for whoever writes there; the one in the database stays empty.
    """

    __tablename__ = "inbox"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it came."""
    arrival: Mapped[str] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(default=0)
    """How often it was begun with and not finished; `tracker.ingest.drain` sets it aside after some."""
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it is tried again."""
