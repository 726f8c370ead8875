"""What is not kept: after a while of the evidence who was there, and later of visits altogether.

Of the evidence the state and its reasons stay. How long both are kept an admin may say; every portion asks
for it anew. The workers' schedule comes here. Safe to run twice, and by two at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from tracker.among import among
from tracker.audit import What, note_change
from tracker.models import RuleSet, Visit
from tracker.months import drop_months
from tracker.rules.kept import kept_of, kept_with
from tracker.rules.stored import load_rules, take_turn
from tracker.rules.words import RuleName
from tracker.words import Thing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Delete, Update
    from sqlalchemy.orm import Session

    from tracker.audit import Actor
    from tracker.db import Database
    from tracker.rules.kept import KeptFor

BATCH = 500
"""Visits in one transaction, so that nobody who visits meanwhile waits long for the database."""
MAX_BATCHES = 40
"""In one run: far below a task's time limit. What is left is the next run's."""
COUNTED = 10_000
"""Visits that are counted before a page says "more than" so many."""


@dataclass(frozen=True, slots=True)
class Going:
    """What would go by now; each up to one more than is counted."""

    visits: int
    """Deleted altogether."""
    evidence: int
    """Of so many others, the evidence of who was there."""


def kept_now(session: Session) -> KeptFor:
    """Give how long what is kept, as it is stored at this moment."""
    return kept_of(load_rules(session))


def store_kept(session: Session, kept: KeptFor, who: Actor, now: datetime, seen: int) -> bool:
    """Have visits and evidence kept for so long, on record; gives whether that is anything new.

    Raises:
        tracker.rules.stored.StaleRulesError: it is not of the version `seen` any more.

    """
    take_turn(session, RuleName.RETENTION, seen)
    row = session.get_one(RuleSet, RuleName.RETENTION.value, populate_existing=True)
    before = kept_with(row.changes).values
    row.changes = dict(kept.changes)
    session.flush()
    return note_change(session, who, "change", What(Thing.RETENTION, None, before, kept.values), now)


def going(session: Session, kept: KeptFor, now: datetime, counted: int = COUNTED) -> Going:
    """Count what the next runs would delete and blank, were this how long it is kept.

    By indexes, and not further than it is said. What is blanked on its way out counts as deleted.
    """
    last, first = now - kept.visits, now - kept.evidence
    remembered, forgotten = Visit.forgotten_at.is_(None), Visit.forgotten_at.is_not(None)
    deleted = sum(_some(session, counted, which, Visit.last_at < last) for which in (forgotten, remembered))
    blanked = _some(session, counted, remembered, Visit.last_at >= last, Visit.last_at < first)
    return Going(min(deleted, counted + 1), blanked)


def forget_evidence(database: Database, now: datetime) -> int:
    """Forget user agent, address hash and header signs of visits that ended long ago; gives how many.

    Their state and its reasons stand from then on. What they did on the pages is no evidence of who
    they were, and stays.
    """
    blank = {"user_agent": "", "address_hash": "", "signs": [], "forgotten_at": now}
    return _in_batches(
        database,
        lambda kept: (Visit.forgotten_at.is_(None), Visit.last_at < now - kept.evidence),
        update(Visit).values(blank),
    )


def forget_visits(database: Database, now: datetime) -> int:
    """Delete visits that ended longer ago than they are kept, with all about them alone; gives how many.

    That is their page views, alerts, and the outcomes of those; on PostgreSQL whole months of page views go
    first. What somebody asked for by an outcome (not to be called, say) is kept elsewhere, and stays.

    Raises:
        sqlalchemy.exc.OperationalError: the tables were in use; the next run tries again.

    """
    with database.reading() as session:
        kept = kept_now(session)
    drop_months(database, now - kept.visits)
    return _in_batches(
        database,
        # What is that old has been through `forget_evidence`; an index knows these.
        lambda kept: (Visit.forgotten_at.is_not(None), Visit.last_at < now - kept.visits),
        delete(Visit),
    )


def _some(session: Session, counted: int, *which: ColumnElement[bool]) -> int:
    some = select(Visit.id).where(*which).limit(counted + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _in_batches(
    database: Database,
    which: Callable[[KeptFor], tuple[ColumnElement[bool], ...]],
    statement: Update | Delete,
) -> int:
    forgotten = 0
    for _ in range(MAX_BATCHES):
        number = _batch(database, which, statement)
        forgotten += number
        if number < BATCH:
            break
    return forgotten


def _batch(
    database: Database,
    which: Callable[[KeptFor], tuple[ColumnElement[bool], ...]],
    statement: Update | Delete,
) -> int:
    with database.writing() as session:
        ids = session.scalars(
            select(Visit.id)
            # A longer time that was saved just now holds for what is left.
            .where(*which(kept_now(session)))
            .order_by(Visit.last_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)  # another run's
        ).all()
        if ids:
            session.execute(
                statement.where(among(Visit.id, ids)).execution_options(synchronize_session=False)
            )
        return len(ids)
