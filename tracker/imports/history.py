"""The rows that tell of imports: who brought what in, how far it came, and whether it can be taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import func, select, update

from tracker.audit import What, note
from tracker.imports.cells.text import shown
from tracker.models import Import, ImportStatus
from tracker.models.imports import FILE_NAME_LENGTH
from tracker.words import ActorKind, Thing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.audit import Actor

LOST_AFTER = timedelta(seconds=90)
"""Without a sign for so long, whoever worked on it is gone: a sign comes with each batch."""
UNDO_KEPT = timedelta(days=30)
"""For so long after its end an import can be taken back; then what it changed is forgotten for good."""
DRAFTS_KEPT = timedelta(days=1)
"""For so long a file that was uploaded waits for its word."""
BEGUN = (ImportStatus.RUNNING, ImportStatus.UNDOING)


class Counts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an import came to, as its row keeps it."""

    family: str = ""
    rejected: int = 0
    deals_new: int = 0
    deals_updated: int = 0
    deals_unchanged: int = 0
    deals_lost: int = 0
    deals_open: int = 0
    deals_won: int = 0
    people_new: int = 0
    people_updated: int = 0
    people_left_out: int = 0
    unknown_contacts: int = 0
    date_order: str = ""
    notes: tuple[str, ...] = ()
    """What was not taken of rows that went in, in sentences (`tracker.imports.noted`)."""


class Undone(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What taking it back came to."""

    deals_deleted: int = 0
    people_deleted: int = 0
    deals_restored: int = 0
    people_restored: int = 0
    companies_deleted: int = 0
    kept: dict[str, int] = {}
    """Reasons, each with the number of rows that stay for it."""
    first_kept: list[tuple[str, int, str]] = []
    """The first of them: `deal` or `person`, its id, the reason."""


def add_import(session: Session, who: Actor, file_name: str, now: datetime) -> Import:
    """Put an import on record that is yet a draft."""
    row = Import(
        status=ImportStatus.DRAFT,
        by=who.kind,
        user_id=who.user_id,
        file_name=shown(file_name)[:FILE_NAME_LENGTH] or "a file without a name",
        made_at=now,
    )
    session.add(row)
    session.flush()
    return row


def begin(session: Session, import_id: int, who: Actor, now: datetime) -> datetime | None:
    """Turn a draft into an import that runs; gives the moment its deals carry, None if others were first.

    Who begins it with which file is put on record: part of it may be stored, however it ends.

    No two imports have the same moment, so that a deal tells which named it last.
    """
    latest = session.scalar(select(func.max(Import.stamp)))
    stamp = now if latest is None else max(now, latest + timedelta(microseconds=1))
    found = session.execute(
        update(Import)
        .where(Import.id == import_id, Import.status == ImportStatus.DRAFT)
        .values(status=ImportStatus.RUNNING, stamp=stamp, beat_at=now, done=0)
        .returning(Import.file_name)
    ).first()
    if found is None:
        return None
    note(session, who, "begin to store", What(Thing.IMPORT, import_id, after={"file": found.file_name}), now)
    return stamp


def is_lost(row: Import, now: datetime) -> bool:
    """Whether it was being worked on by somebody who is gone: the process was ended, or the machine."""
    return row.status in BEGUN and (row.beat_at is None or now - row.beat_at > LOST_AFTER)


def why_not_undone(row: Import, now: datetime) -> str:
    """Say why an import cannot be taken back; empty: it can."""
    if row.status is ImportStatus.UNDONE:
        return "It was undone already."
    if row.status is ImportStatus.DRAFT:
        return "Nothing is stored of it yet."
    if row.status in BEGUN and not is_lost(row, now):
        return "It is being worked on: wait until that has ended."
    if row.stamp is None or (row.status is ImportStatus.FAILED and not row.done):
        return "Nothing of it was stored."
    if now - (row.ended_at or row.stamp) > UNDO_KEPT:
        return f"That was more than {UNDO_KEPT.days} days ago: what was there before is forgotten by now."
    return ""


def who_did(row: Import, name: str | None) -> str:
    """Name who brought it in."""
    return (name or "a user who is gone") if row.by == ActorKind.USER else "the command line"
