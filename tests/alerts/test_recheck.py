"""One last look before a mail goes out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from alerts.briefing import Known
from alerts.models import Alert
from alerts.policy import SENTENCES, Hold
from alerts.recheck import ANSWERED, GONE, rechecker
from alerts.words import OutcomeKind
from tests.alerts.scenes import MORNING, Scene, add_outcome, dana_reads_pricing, installation
from tests.builders import add_deal
from tracker.models import Account, DealStatus, State
from tracker.suppression import suppress
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.installation import Installation

LATER = MORNING + timedelta(seconds=20)


def objection(database: Database, change: Callable[[Session, Scene, Installation], object]) -> str | None:
    """What speaks against Dana's mail after a change between decision and sending."""
    here = installation(database)
    with database.writing() as session:
        scene = dana_reads_pricing(session)
        change(session, scene, here)
        alert_id = scene.alert.id
    with database.reading() as session:
        known = Known.load(session, Alert.id == alert_id)
        return rechecker(here)(session, known.alerts[0], known, LATER)


def test_a_mail_that_is_still_wanted_goes_out(database: Database) -> None:
    assert objection(database, lambda _session, _scene, _here: None) is None


@pytest.mark.parametrize(
    ("kind", "hold"),
    [
        (SuppressionKind.DO_NOT_CALL, Hold.DO_NOT_CALL),
        (SuppressionKind.DO_NOT_TRACK, Hold.SUPPRESSED),
        (SuppressionKind.UNSUBSCRIBED, None),
    ],
)
def test_p8_a_wish_between_decision_and_sending_is_heard(
    database: Database, kind: SuppressionKind, hold: Hold | None
) -> None:
    found = objection(
        database,
        lambda session, scene, here: suppress(
            session, here.signer, [scene.dana.email or ""], kind, "letter", MORNING
        ),
    )
    assert found == (SENTENCES[hold] if hold else None)


@pytest.mark.parametrize(
    ("status", "hold"), [(DealStatus.WON, Hold.CUSTOMER), (DealStatus.OPEN, Hold.OPEN_DEAL)]
)
def test_a_deal_won_or_opened_meanwhile_holds_it(database: Database, status: DealStatus, hold: Hold) -> None:
    found = objection(database, lambda session, scene, _here: add_deal(session, scene.dana, status=status))
    assert found == SENTENCES[hold]


@pytest.mark.parametrize(
    ("state", "hold"), [(State.MACHINE, Hold.MACHINE), (State.UNCONFIRMED, Hold.UNCONFIRMED)]
)
def test_a_visit_that_was_demoted_meanwhile_holds_it(database: Database, state: State, hold: Hold) -> None:
    def demote(_session: Session, scene: Scene, _here: Installation) -> None:
        scene.visit.state = state

    assert objection(database, demote) == SENTENCES[hold]


def test_who_was_spoken_to_meanwhile_is_not_called(database: Database) -> None:
    found = objection(
        database,
        lambda session, scene, _here: add_outcome(session, scene.alert, scene.sam, OutcomeKind.SPOKE),
    )
    assert found == SENTENCES[Hold.QUIET]


def test_an_answered_alert_is_not_mailed(database: Database) -> None:
    def close(_session: Session, scene: Scene, _here: Installation) -> None:
        scene.alert.closed_at = MORNING

    assert objection(database, close) == ANSWERED


def test_an_erased_visit_is_not_mailed_about(database: Database) -> None:
    here = installation(database)
    with database.writing() as session:
        scene = dana_reads_pricing(session)
        alert = scene.alert
        session.expunge(alert)
        session.expunge(scene.visit)
        session.execute(delete(type(scene.visit)))
        assert rechecker(here)(session, alert, Known(), LATER) == GONE


def test_the_look_waits_for_nobody(database: Database) -> None:
    """Visits lock their account while they are decided about; a mail must not wait for them."""
    here = installation(database)
    with database.writing() as session:
        alert_id = dana_reads_pricing(session).alert.id
    with database.writing() as deciding:
        deciding.scalars(select(Account).with_for_update()).all()
        with database.reading() as session:
            known = Known.load(session, Alert.id == alert_id)
            assert rechecker(here)(session, known.alerts[0], known, LATER) is None
