"""Imports: who brought which file in, what it came to, and what is needed to take it back for a while."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, UtcDateTime
from tracker.words import ActorKind, ImportStatus

FOLDER_LENGTH = 22
"""Letters and digits of a folder's name: 130 bits, which nobody guesses."""
FILE_NAME_LENGTH = 200


class Import(Base):
    """One file, from the moment it was uploaded or a command was given."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[ImportStatus] = mapped_column(index=True)
    by: Mapped[ActorKind]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    """Who, where it was a user."""
    file_name: Mapped[str] = mapped_column(String(FILE_NAME_LENGTH))
    """As its owner called it: foreign text."""
    folder: Mapped[str] = mapped_column(String(FOLDER_LENGTH), default="")
    """Under `imports` in the data folder, where the file waits; empty: nothing is kept of it."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stamp: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The moment that deals which it names carry; None before it has begun."""
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The last sign of those who work on it, a few seconds apart at most."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rows: Mapped[int] = mapped_column(default=0)
    """Of data in the file, as far as is known."""
    done: Mapped[int] = mapped_column(default=0)
    """Rows that are stored or rejected: written together with them, so that it is true after a crash."""
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The counts of `tracker.imports.history.Counts`; after an undo also what it came to."""
    said: Mapped[str] = mapped_column(String(1000), default="")
    """Why it came to nothing, as a sentence."""
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    """None also where the command line did it."""


class ImportBatch(Base):
    """What one transaction of an import added and met, by number only: no word about anybody."""

    __tablename__ = "import_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), index=True)
    rows: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As `tracker.imports.ledger.Batch` writes it."""


class ImportChange(Base):
    """What an import changed of a row that had been there: gone with the row, and with its person."""

    __tablename__ = "import_changes"
    __table_args__ = (
        Index("ix_import_changes_import_id_id", "import_id", "id"),
        Index("ix_import_changes_deal_id", "deal_id"),
        Index("ix_import_changes_prospect_id", "prospect_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"))
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deals.id", ondelete="CASCADE"))
    prospect_id: Mapped[int | None] = mapped_column(ForeignKey("prospects.id", ondelete="CASCADE"))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Columns to what they had held."""
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The same columns to a digest of what the import wrote."""
