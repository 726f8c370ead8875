"""What is not kept: after a while of the evidence who was there, and after 13 months of visits altogether.

Of the evidence the state and its reasons stay. The workers' schedule comes here. Safe to run twice, and by
two at once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from tracker.among import among
from tracker.models import Visit
from tracker.months import drop_months

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Delete, Update

    from tracker.db import Database

EVIDENCE_KEPT = timedelta(days=30)
"""For so long after its last sign a visit's state can be derived anew: by user agent, address, headers."""
VISITS_KEPT = timedelta(days=395)
"""A visit's last sign may be so long ago: 13 months, as in the visitor's browser (P6, P10)."""
BATCH = 500
"""Visits in one transaction, so that nobody who visits meanwhile waits long for the database."""
MAX_BATCHES = 40
"""In one run: far below a task's time limit. What is left is the next run's."""


def forget_evidence(database: Database, now: datetime) -> int:
    """Forget user agent, address hash and header signs of visits that ended long ago; gives how many.

    Their state and its reasons stand from then on. What they did on the pages is no evidence of who
    they were, and stays.
    """
    blank = {"user_agent": "", "address_hash": "", "signs": [], "forgotten_at": now}
    which = (Visit.forgotten_at.is_(None), Visit.last_at < now - EVIDENCE_KEPT)
    return _in_batches(database, which, update(Visit).values(blank))


def forget_visits(database: Database, now: datetime) -> int:
    """Delete visits that ended `VISITS_KEPT` ago, with all that is about them alone; gives how many.

    That is their page views, alerts, and the outcomes of those; on PostgreSQL whole months of page views go
    first. What somebody asked for by an outcome (not to be called, say) is kept elsewhere, and stays.

    Raises:
        sqlalchemy.exc.OperationalError: the tables were in use; the next run tries again.

    """
    drop_months(database, now - VISITS_KEPT)
    # What is that old has been through `forget_evidence`; an index knows these.
    which = (Visit.forgotten_at.is_not(None), Visit.last_at < now - VISITS_KEPT)
    return _in_batches(database, which, delete(Visit))


def _in_batches(database: Database, which: Sequence[ColumnElement[bool]], statement: Update | Delete) -> int:
    forgotten = 0
    for _ in range(MAX_BATCHES):
        number = _batch(database, which, statement)
        forgotten += number
        if number < BATCH:
            break
    return forgotten


def _batch(database: Database, which: Sequence[ColumnElement[bool]], statement: Update | Delete) -> int:
    with database.writing() as session:
        ids = session.scalars(
            select(Visit.id)
            .where(*which)
            .order_by(Visit.last_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)  # another run's
        ).all()
        if ids:
            session.execute(
                statement.where(among(Visit.id, ids)).execution_options(synchronize_session=False)
            )
        return len(ids)
