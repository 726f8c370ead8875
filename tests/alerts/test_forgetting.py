"""Forgetting, as the workers and the reps meet it: by the clock, and without a device that nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from alerts.briefing import brief
from alerts.celeryconfig import SCHEDULE
from alerts.tasks import add_tasks
from alerts.why import explain
from alerts.worker import create_celery
from tests.alerts.desk import Desk
from tests.alerts.scenes import (
    MORNING,
    add_alert,
    add_visit,
    dana_reads_pricing,
    installation,
)
from tests.builders import NOON
from tests.smtp_sink import smtp_sink
from tests.tracker.ingest.stories import KEYS
from tracker.ingest.identity import NEW_BROWSER
from tracker.models import Visit
from tracker.retention import forget_evidence
from tracker.rules.kept import EVIDENCE_KEPT
from tracker.settings import Settings
from tracker.signing import Signer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from celery import Celery

    from tracker.db import Database

LATER = NOON + 2 * EVIDENCE_KEPT


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    with smtp_sink() as sink:
        yield Desk(database, sink)


def app_of(desk: Desk) -> Celery:
    app = create_celery(Settings())
    add_tasks(app, desk.mailroom, "ringback@northwind.example", lambda _: None, Signer(KEYS))
    return app


def test_everything_that_is_scheduled_is_a_task(desk: Desk) -> None:
    assert {entry["task"] for entry in SCHEDULE.values()} <= set(app_of(desk).tasks)


def test_the_task_forgets_by_the_mailroom_s_clock(desk: Desk) -> None:
    with desk.database.writing() as session:
        dana_reads_pricing(session)
    desk.clock.now = LATER
    app_of(desk).tasks["ringback.forget_evidence"]()
    with desk.database.reading() as session:
        assert set(session.execute(select(Visit.user_agent, Visit.forgotten_at)).all()) == {("", LATER)}


def test_a_forgotten_device_is_left_out_and_everything_else_is_told(database: Database) -> None:
    place = installation(database)
    with database.writing() as session:
        scene = dana_reads_pricing(session)
        elsewhere = add_visit(session, scene.dana, identity=[NEW_BROWSER])
        alert = add_alert(session, elsewhere, scene.sam)
        known = brief(session, place, alert.id, MORNING)
        told = explain(session, place, scene.dana.id, LATER)
    forget_evidence(database, LATER)
    with database.reading() as session:
        seen = brief(session, place, alert.id, MORNING).seen
        assert explain(session, place, scene.dana.id, LATER) == told
    assert (known.seen.device, known.seen.browser) == (
        "Chrome on Mac",
        "New browser (Chrome on Mac), confirmed",
    )
    assert (seen.device, seen.browser) == ("", "New browser, confirmed")
    assert (seen.count, seen.came, seen.when) == (known.seen.count, known.seen.came, known.seen.when)
