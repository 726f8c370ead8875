"""What came of a call stands on its alert, and follows the reports that stand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.demo_data.fill import fill
from alerts.doors import Door
from alerts.models import Alert, Outcome
from alerts.outcome import record, undo
from alerts.upshot import settle
from alerts.words import OutcomeKind
from tests.alerts.scenes import MORNING, dana_reads_pricing, installation
from tests.builders import NOON

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.db import Database

Upshot = tuple[int | None, "datetime | None", "datetime | None"]
NOTHING: Upshot = (None, None, None)
MINUTES = [MORNING + timedelta(minutes=number) for number in range(5)]


def upshot(alert: Alert) -> Upshot:
    return alert.called_after_s, alert.reopened_at, alert.won_at


def test_reports_and_their_undoing_change_what_came_of_it(session: Session, database: Database) -> None:
    scene, signer = dana_reads_pricing(session), installation(database).signer
    door, alert = Door(scene.alert.id, scene.sam.id), scene.alert
    assert upshot(alert) == NOTHING
    reports = [
        record(session, signer, door, kind, at)
        for kind, at in zip(
            (OutcomeKind.CALLING, OutcomeKind.REOPENED, OutcomeKind.WON_BACK), MINUTES[1:4], strict=True
        )
    ]
    four_minutes = 4 * 60  # the visit began three minutes before
    assert upshot(alert) == (four_minutes, MINUTES[2], MINUTES[3])
    ids = [one.outcome_id or 0 for one in reports]
    undo(session, door, ids[0], MINUTES[4])
    assert upshot(alert) == (four_minutes + 60, MINUTES[2], MINUTES[3])
    undo(session, door, ids[2], MINUTES[4])
    assert upshot(alert) == (four_minutes + 60, MINUTES[2], None)
    undo(session, door, ids[1], MINUTES[4])
    assert upshot(alert) == NOTHING


def test_who_was_not_there_was_not_called(session: Session) -> None:
    scene = dana_reads_pricing(session)
    session.add(
        Outcome(
            alert_id=scene.alert.id,
            prospect_id=scene.dana.id,
            user_id=scene.sam.id,
            kind=OutcomeKind.NOT_THEM,
            at=MORNING,
        )
    )
    session.flush()
    settle(session, scene.alert)
    assert upshot(scene.alert) == NOTHING


def test_made_up_calls_came_to_what_their_reports_say(database: Database) -> None:
    fill(installation(database), 30, NOON, seed=3)
    with database.writing() as session:
        alerts = session.scalars(select(Alert)).all()
        made_up = [upshot(alert) for alert in alerts]
        for alert in alerts:
            settle(session, alert)
        assert [upshot(alert) for alert in alerts] == made_up
        assert any(one != NOTHING for one in made_up)
