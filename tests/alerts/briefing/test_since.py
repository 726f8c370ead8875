"""SINCE: what is known since the loss; what is only likely says so."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.briefing import brief
from alerts.briefing.since import renewal
from alerts.models import OutcomeKind
from tests.alerts.scenes import MORNING, Scene, add_outcome, dana_reads_pricing, installation
from tests.builders import add_user
from tracker.models import Deal
from tracker.words import LossOutcome

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database

TODAY = MORNING.date()


def since(session: Session, database: Database, scene: Scene) -> tuple[str, ...]:
    return brief(session, installation(database), scene.alert.id, MORNING).since


def lost_to_acme(**fields: object) -> Deal:
    values: dict[str, object] = {
        "outcome": LossOutcome.CHOSE_COMPETITOR,
        "competitor": "Acme",
        "closed_on": date(2025, 3, 14),
        "renewal_on": None,
    }
    return Deal(**({"product": ""} | values | fields))


def test_the_last_talk_and_the_renewal_ahead(session: Session, database: Database) -> None:
    assert since(session, database, dana_reads_pricing(session)) == (
        'Spoke 12 Jan: "rollout slow".',
        "Acme renewal about March (assumed).",
    )


def test_who_else_spoke_is_named(session: Session, database: Database) -> None:
    scene = dana_reads_pricing(session)
    kim = add_user(session, "Kim Lee")
    add_outcome(session, scene.alert, kim, OutcomeKind.SPOKE, at=MORNING - timedelta(days=3))
    assert since(session, database, scene)[0] == "Spoke 7 Feb (Kim Lee)."


def test_an_unanswered_call_does_not_hide_the_talk_before_it(session: Session, database: Database) -> None:
    scene = dana_reads_pricing(session)
    add_outcome(session, scene.alert, scene.sam, OutcomeKind.NO_ANSWER, at=MORNING - timedelta(days=3))
    assert since(session, database, scene)[:2] == ("No answer 7 Feb.", 'Spoke 12 Jan: "rollout slow".')


def test_a_promised_call_back_names_its_day(session: Session, database: Database) -> None:
    scene = dana_reads_pricing(session)
    add_outcome(
        session, scene.alert, scene.sam, OutcomeKind.CALL_BACK, call_back_on=date(2026, 2, 12), at=MORNING
    )
    assert since(session, database, scene)[0] == "On 10 Feb asked to be called back on 12 Feb."


def test_what_was_undone_or_only_begun_is_not_told(session: Session, database: Database) -> None:
    scene = dana_reads_pricing(session)
    add_outcome(session, scene.alert, scene.sam, OutcomeKind.WON_BACK, undone_at=MORNING)
    add_outcome(session, scene.alert, scene.sam, OutcomeKind.CALLING)
    assert since(session, database, scene)[0] == 'Spoke 12 Jan: "rollout slow".'


@pytest.mark.parametrize("kind", [kind for kind in OutcomeKind if kind is not OutcomeKind.CALLING])
def test_every_outcome_can_be_told(session: Session, database: Database, kind: OutcomeKind) -> None:
    scene = dana_reads_pricing(session)
    add_outcome(session, scene.alert, scene.sam, kind)
    assert "10 Feb" in since(session, database, scene)[0]


@pytest.mark.parametrize(
    ("deal", "said"),
    [
        (lost_to_acme(renewal_on=date(2026, 9, 1)), "Acme renewal on 1 Sep"),
        (lost_to_acme(renewal_on=date(2027, 1, 1)), "Acme renewal on 1 Jan 2027"),
        (lost_to_acme(renewal_on=date(2026, 2, 1)), "Acme renewal was 1 Feb"),
        (lost_to_acme(renewal_on=date(2025, 9, 1)), "Acme renewal about September (assumed)"),
        (lost_to_acme(renewal_on=date(2026, 9, 1), competitor=""), "Renewal on 1 Sep"),
        (lost_to_acme(), "Acme renewal about March (assumed)"),
        (lost_to_acme(competitor=""), "Renewal about March (assumed)"),
        (lost_to_acme(closed_on=date(2026, 1, 30)), "Acme renewal about January 2027 (assumed)"),
        (lost_to_acme(closed_on=date(2024, 2, 29)), "Acme renewal about February (assumed)"),
        (lost_to_acme(closed_on=None), ""),
        (lost_to_acme(outcome=LossOutcome.DECIDED_NOTHING), ""),
        (lost_to_acme(outcome=LossOutcome.POSTPONED), ""),
        (lost_to_acme(outcome=None), ""),
    ],
)
def test_a_renewal_is_known_or_said_to_be_assumed(deal: Deal, said: str) -> None:
    assert renewal(deal, TODAY) == said
