"""Figures that are read from the rows: drops by name and the inbox, kept for some seconds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update

from tests.builders import NOON
from tests.front_door import lose_connections
from tracker.ingest.drops import seed_drops
from tracker.ingest.inbox import MOST_TRIES, Inbox
from tracker.models import Drop, InboxRow
from tracker.row_metrics import RowMetrics

if TYPE_CHECKING:
    from datetime import datetime

    from prometheus_client.metrics_core import Metric
    from sqlalchemy.orm import Session

    from tracker.db import Database


def read(rows: RowMetrics) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for metric in rows.collect()
        for sample in metric.samples
    }


def test_drops_and_the_inbox_are_told(database: Database) -> None:
    inbox = Inbox(database)
    inbox.keep([(NOON - timedelta(seconds=90), "x"), (NOON, "y"), (NOON - timedelta(hours=1), "poison")])
    with database.writing() as session:
        seed_drops(session)
        session.execute(update(Drop).where(Drop.reason == "too old").values(count=4))
    with database.inbox_engine.connect() as connection:
        connection.execute(update(InboxRow).where(InboxRow.arrival == "poison").values(tries=MOST_TRIES))
    told = read(RowMetrics(database, lambda: NOON))
    assert told["ringback_database_up",] == 1
    assert told["ringback_drops_total", "too old"] == 4
    assert told["ringback_drops_total", "no token"] == 0
    assert told["ringback_inbox_waiting",] == 2
    assert told["ringback_inbox_oldest_seconds",] == 90
    assert told["ringback_inbox_set_aside",] == 1


def test_eager_readers_cost_the_database_one_look(database: Database) -> None:
    looks: list[datetime] = []

    def look(_session: Session, now: datetime) -> list[Metric]:
        looks.append(now)
        return []

    rows = RowMetrics(database, lambda: NOON, look)
    read(rows)
    read(rows)
    assert looks == [NOON]


def test_a_server_that_was_started_anew_is_up(database: Database) -> None:
    assert read(RowMetrics(database, lambda: NOON))["ringback_database_up",] == 1
    if not database.is_sqlite:
        lose_connections(database)
    assert read(RowMetrics(database, lambda: NOON))["ringback_database_up",] == 1
