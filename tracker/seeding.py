"""What every installation begins with: the editable tables' defaults and the drop counters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.imports.reasons import seed_reason_rules
from tracker.ingest.drops import seed_drops
from tracker.topics import seed_topic_rules

if TYPE_CHECKING:
    from tracker.db import Database


def seed_defaults(database: Database) -> None:
    """Write the defaults that are missing; what people changed stays."""
    with database.writing() as session:
        seed_drops(session)
        seed_topic_rules(session)
        seed_reason_rules(session)
