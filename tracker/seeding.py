"""What every installation begins with: the editable tables' defaults and the drop counters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.imports.reasons import seed_reason_rules
from tracker.ingest.drops import seed_drops
from tracker.schema import ONE_AT_A_TIME
from tracker.topics import seed_topic_rules

if TYPE_CHECKING:
    from tracker.db import Database


def seed_defaults(database: Database) -> None:
    """Write the defaults that are missing; what people changed stays."""
    with database.writing() as session:
        if not database.is_sqlite:
            # Another who has just migrated writes the same.
            session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
        seed_drops(session)
        seed_topic_rules(session)
        seed_reason_rules(session)
