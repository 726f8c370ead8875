"""Drops are counted in memory and written by and by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, text

from tests.builders import NOON
from tracker.ingest.drops import DropCounter, seed_drops
from tracker.ingest.hit import DropReason
from tracker.models import Drop

if TYPE_CHECKING:
    from tracker.db import Database


def counted(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {row.reason: row.count for row in session.scalars(select(Drop)) if row.count}


def seed(database: Database) -> None:
    with database.writing() as session:
        seed_drops(session)


def test_counts_of_many_flushes_and_processes_add_up(database: Database) -> None:
    seed(database)
    for process in (DropCounter(), DropCounter()):
        for _ in range(2):
            process.count(DropReason.NO_TOKEN)
            process.count(DropReason.TOO_OLD)
            process.flush(database, NOON)
    assert counted(database) == {"no token": 4, "too old": 4}


def test_seeding_again_keeps_what_was_counted(database: Database) -> None:
    seed(database)
    drops = DropCounter()
    drops.count(DropReason.BAD_URL)
    drops.flush(database, NOON)
    seed(database)
    assert counted(database) == {"bad url": 1}


def test_while_the_database_is_away_counts_are_kept(database: Database) -> None:
    seed(database)
    drops = DropCounter()
    drops.count(DropReason.NO_TOKEN)
    with database.writing() as session:
        session.execute(text("ALTER TABLE drops RENAME TO away"))
    drops.flush(database, NOON)
    drops.count(DropReason.NO_TOKEN)
    with database.writing() as session:
        session.execute(text("ALTER TABLE away RENAME TO drops"))
    drops.flush(database, NOON)
    drops.flush(database, NOON)
    assert counted(database) == {"no token": 2}


def test_closing_writes_what_is_left(database: Database) -> None:
    seed(database)
    drops = DropCounter()
    drops.keep_flushing(database, lambda: NOON)
    drops.count(DropReason.PREFETCH)
    drops.close()
    assert counted(database) == {"prefetch": 1}
