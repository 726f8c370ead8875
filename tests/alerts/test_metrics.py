"""Figures of alerts and mails, read from the rows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.metrics import look
from alerts.models import Breaker, Delivery
from alerts.outbox import Result
from alerts.words import Decision
from tests.alerts.scenes import add_alert, add_message, add_visit
from tests.builders import NOON, add_prospect, add_user

if TYPE_CHECKING:
    from tracker.db import Database


def read(database: Database) -> dict[tuple[str, ...], float]:
    with database.reading() as session:
        return {
            (sample.name, *sample.labels.values()): sample.value
            for metric in look(session, NOON)
            for sample in metric.samples
        }


def test_without_any_everything_is_told_at_zero(database: Database) -> None:
    told = read(database)
    assert told["ringback_alerts", "hold", "cooldown"] == 0
    assert told["ringback_deliveries_total", "set aside"] == 0
    assert told["ringback_outbox_waiting",] == told["ringback_outbox_oldest_seconds",] == 0
    assert told["ringback_alerts_mailed_last_hour",] == 0


def test_a_call_that_was_mailed_and_one_that_waits(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session)
        dana = add_prospect(session)
        told_of = add_alert(
            session,
            add_visit(session, dana),
            sam,
            decision=Decision.CALL,
            why="high-intent page",
            decided_at=NOON - timedelta(seconds=25),
            due_at=NOON - timedelta(seconds=5),
            sent_at=NOON - timedelta(seconds=4),
        )
        told_of.message_id = add_message(session, sam, next_attempt_at=NOON - timedelta(seconds=40)).id
        session.add(
            Delivery(
                message_id=told_of.message_id,
                attempt=1,
                to_address="sam@northwind.example",
                started_at=NOON,
                result=Result.REFUSED,
            )
        )
        add_message(session, sam, next_attempt_at=NOON + timedelta(seconds=40))
        session.add(Breaker(channel="mail", open_until=NOON, failures=5))
    told = read(database)
    assert told["ringback_alerts", "call", "high-intent page"] == 1
    assert told["ringback_deliveries_total", "refused"] == 1
    assert told["ringback_outbox_waiting",] == 1
    assert told["ringback_outbox_oldest_seconds",] == 40
    assert told["ringback_alert_age_seconds", "decided", "0.5"] == 21
    assert told["ringback_alert_age_seconds", "due", "1"] == 1
    assert told["ringback_channel_stopped", "mail"] == 1
