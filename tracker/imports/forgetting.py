"""What is not kept of imports: what they had changed, after a while or with its person; and old drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select

from tracker.among import among
from tracker.imports.history import DRAFTS_KEPT, UNDO_KEPT
from tracker.models import Import, ImportBatch, ImportChange, ImportStatus, deal_prospects

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.db import Database

PORTION = 5_000
"""Changed rows that are forgotten in one transaction."""
MAX_PORTIONS = 40
"""In one run; what is left is the next run's."""


def forget_imports(database: Database, now: datetime) -> int:
    """Forget what imports that are undone or of more than `UNDO_KEPT` ago had changed, and forgotten drafts.

    Gives how many rows were forgotten. Safe to run twice, and by two at once.
    """
    forgotten = 0
    old = select(Import.id).where(
        or_(
            Import.ended_at < now - UNDO_KEPT,
            Import.ended_at.is_(None) & (Import.stamp < now - UNDO_KEPT),
            Import.status == ImportStatus.UNDONE,
        )
    )
    for table in (ImportChange, ImportBatch):
        for _ in range(MAX_PORTIONS):
            with database.writing() as session:
                ids = session.scalars(select(table.id).where(table.import_id.in_(old)).limit(PORTION)).all()
                session.execute(delete(table).where(among(table.id, ids)), execution_options=_UNSEEN)
            forgotten += len(ids)
            if len(ids) < PORTION:
                break
    with database.writing() as session:
        drafts = delete(Import).where(Import.status == ImportStatus.DRAFT, Import.made_at < now - DRAFTS_KEPT)
        session.execute(drafts, execution_options=_UNSEEN)
    return forgotten


def forget_people(session: Session, prospect_ids: Collection[int]) -> None:
    """Forget what imports had changed of these people and of their deals, whose notes may speak of them.

    Whoever erases people calls this first; what is about the people themselves would go with their rows.
    """
    links = deal_prospects.c
    deals = select(links.deal_id).where(among(links.prospect_id, prospect_ids))
    session.execute(
        delete(ImportChange).where(
            or_(among(ImportChange.prospect_id, prospect_ids), ImportChange.deal_id.in_(deals))
        ),
        execution_options=_UNSEEN,
    )


_UNSEEN = {"synchronize_session": False}
