"""Counts by name, and how often alerts were right; what was undone does not count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alerts.models import Decision, MessageKind, MessageState, OutcomeKind
from alerts.policy import Hold, Trigger
from alerts.precision import FEW, Precision
from alerts.stats import PRECISION, decisions, precision, sections, told
from tests.alerts.scenes import MORNING, add_alert, add_message, add_outcome, add_visit
from tests.builders import add_prospect, add_user
from tracker.ingest.identity import NOT_THEIRS
from tracker.stats import Section, Table

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from alerts.models import Alert
    from tracker.db import Database
    from tracker.models import User

PRICING = {"name": "page: pricing", "points": 30, "sentence": "Read a page about pricing"}


def alerted(session: Session, rep: User, *kinds: OutcomeKind, **fields: Any) -> Alert:  # noqa: ANN401
    """An alert about pricing, and what its rep reported."""
    visit = add_visit(
        session, add_prospect(session), intent_reasons=[PRICING], state_reasons=["trusted gesture"]
    )
    values = {"why": Trigger.HIGH_INTENT_PAGE.value, "sent_at": MORNING} | fields
    alert = add_alert(session, visit, rep, **values)
    for kind in kinds:
        add_outcome(session, alert, rep, kind)
    return alert


def test_every_hold_and_trigger_is_named_also_those_that_never_were(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session)
        alerted(session, sam)
        alerted(session, sam, decision=Decision.HOLD, why=Hold.COOLDOWN.value, sent_at=None)
        alerted(session, sam, decision=Decision.HOLD, why="a hold of earlier times", sent_at=None)
    with database.reading() as session:
        counted = decisions(session)
    assert set(counted) == {
        *(f"call: {why}" for why in Trigger if why is not Trigger.ORDINARY),
        "digest: ordinary visit",
        *(f"hold: {why}" for why in Hold),
        "hold: a hold of earlier times",
    }
    assert {name: number for name, number in counted.items() if number} == {
        "call: high-intent page": 1,
        "hold: cooldown": 1,
        "hold: a hold of earlier times": 1,
    }


def test_what_was_told_and_taken_back_is_counted(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session)
        alert = alerted(session, sam, corrected_at=MORNING)
        alerted(session, sam, closed_at=MORNING)
        alerted(session, sam, sent_at=None)
        add_message(session, sam, alert, kind=MessageKind.CORRECTION, state=MessageState.SENT)
    with database.reading() as session:
        assert told(session) == {"told": 2, "answered": 1, "taken back": 1}
        mailed = next(each for each in sections(session) if each.title == "Mails by state")
    assert isinstance(mailed, Section)
    assert len(mailed.rows) == len(MessageKind) * len(MessageState)
    assert dict(mailed.rows)["correction: sent"] == 1


def test_alerts_are_right_by_what_their_reps_reported(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session)
        alerted(session, sam, OutcomeKind.CALLING, OutcomeKind.SPOKE)
        alerted(session, sam, OutcomeKind.NOT_THEM)
        alerted(session, sam, OutcomeKind.NO_ANSWER)
        alerted(session, sam)
        taken_back = alerted(session, sam, why=Trigger.UNPROMPTED.value)
        add_outcome(session, taken_back, sam, OutcomeKind.WRONG_PERSON, undone_at=MORNING)
        forwarded = alerted(session, sam, OutcomeKind.WRONG_PERSON, why=Trigger.UNPROMPTED.value)
        visit = add_visit(session, add_prospect(session), identity=["possibly forwarded", NOT_THEIRS])
        forwarded.visit_id = visit.id
    with database.reading() as session:
        found = precision(session)
    assert found == [
        ("all", Precision("all alerts", 3, 1)),
        ("trigger", Precision("high-intent page", 2, 1)),
        ("trigger", Precision("came on their own", 1, 0)),
        ("intent", Precision("page: pricing", 2, 1)),
        ("screening", Precision("trusted gesture", 2, 1)),
        ("identity", Precision("possibly forwarded", 1, 0)),
    ]


def test_few_reports_are_said_to_be_few(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session)
        for _ in range(FEW):
            alerted(session, sam, OutcomeKind.SPOKE)
        alerted(session, sam, OutcomeKind.NOT_THEM, why=Trigger.UNPROMPTED.value)
    with database.reading() as session:
        counted = sections(session)
    table = next(each for each in counted if each.title == PRECISION)
    assert isinstance(table, Table)
    rows = {row[1]: row for row in table.rows}
    assert rows["high-intent page"] == ("trigger", "high-intent page", FEW, FEW, 1.0, 0.758, 1.0)
    assert rows["came on their own"] == ("trigger", "came on their own", 1, 0, None, None, None)
