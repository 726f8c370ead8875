"""What is not kept: after a while, of the evidence who was there, only the state and its reasons stay.

`ringback.forget_evidence` of the workers' schedule comes here. Safe to run twice, and by two at once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from tracker.models import Visit

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.db import Database

EVIDENCE_KEPT = timedelta(days=30)
"""For so long after its last sign a visit's state can be derived anew: by user agent, address, headers."""
BATCH = 500
"""Visits in one transaction, so that nobody who visits meanwhile waits long for the database."""
MAX_BATCHES = 40
"""In one run: far below a task's time limit. What is left is the next run's."""


def forget_evidence(database: Database, now: datetime) -> int:
    """Forget user agent, address hash and header signs of visits that ended long ago; gives how many.

    Their state and its reasons stand from then on. What they did on the pages is no evidence of who
    they were, and stays.
    """
    forgotten = 0
    for _ in range(MAX_BATCHES):
        number = _forget_batch(database, now)
        forgotten += number
        if number < BATCH:
            break
    return forgotten


def _forget_batch(database: Database, now: datetime) -> int:
    with database.writing() as session:
        ids = session.scalars(
            select(Visit.id)
            .where(Visit.forgotten_at.is_(None), Visit.last_at < now - EVIDENCE_KEPT)
            .order_by(Visit.last_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)  # another run's
        ).all()
        if ids:
            session.execute(
                update(Visit)
                .where(Visit.id.in_(ids))
                .values(user_agent="", address_hash="", signs=[], forgotten_at=now)
                .execution_options(synchronize_session=False)
            )
        return len(ids)
