"""Sam reports what came of calls; each story runs on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from alerts.doors import Door
from alerts.ground import NotYoursError, OutcomeError
from alerts.models import Alert, Outcome
from alerts.outcome import (
    CALLS_AHEAD,
    MAX_NOTE,
    SAME_POST,
    Recorded,
    record,
    undo,
)
from alerts.words import OutcomeKind
from tests.alerts.scenes import MORNING, Scene, dana_reads_pricing, installation
from tests.builders import add_user
from tracker.models import User
from tracker.suppression import lift, suppress
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.db import Database

NOW = MORNING + timedelta(minutes=1)
CLOSING = [kind for kind in OutcomeKind if kind not in (OutcomeKind.CALLING, OutcomeKind.STOP)]


@pytest.fixture
def scene(database: Database) -> Scene:
    with database.writing() as session:
        return dana_reads_pricing(session)


@pytest.fixture
def door(scene: Scene) -> Door:
    return Door(scene.alert.id, scene.sam.id)


def report(
    database: Database,
    door: Door,
    kind: OutcomeKind,
    now: datetime = NOW,
    note: str = "",
    call_back_on: date | None = None,
) -> Recorded:
    with database.writing() as session:
        return record(
            session, installation(database).signer, door, kind, now, note=note, call_back_on=call_back_on
        )


def the_alert(database: Database, door: Door) -> Alert:
    with database.reading() as session:
        return session.get_one(Alert, door.alert_id)


def outcomes(database: Database, door: Door) -> list[Outcome]:
    with database.reading() as session:
        return list(session.scalars(select(Outcome).where(Outcome.alert_id == door.alert_id)))


def take_back(database: Database, door: Door, recorded: Recorded, now: datetime = NOW) -> None:
    assert recorded.outcome_id is not None
    with database.writing() as session:
        undo(session, door, recorded.outcome_id, now)


def test_calling_claims_the_alert_and_leaves_it_open(database: Database, door: Door) -> None:
    recorded = report(database, door, OutcomeKind.CALLING)
    alert = the_alert(database, door)
    assert recorded.outcome_id is not None
    assert (alert.claimed_by, alert.claimed_at, alert.closed_at) == (door.user_id, NOW, None)


def test_who_comes_second_is_told_who_is_calling_and_since_when(database: Database, door: Door) -> None:
    report(database, door, OutcomeKind.CALLING)
    with database.writing() as session:
        kim = add_user(session, "Kim Lee")
        session.get_one(Alert, door.alert_id).user_id = kim.id
    second = report(database, Door(door.alert_id, kim.id), OutcomeKind.CALLING, NOW + timedelta(hours=1))
    assert second.outcome_id is None
    assert second.taken is not None
    assert (second.taken.name, second.taken.since) == ("Sam Reed", NOW)
    assert len(outcomes(database, door)) == 1


def test_of_two_taps_at_the_same_moment_one_claims(database: Database, door: Door) -> None:
    at_once = Barrier(2, timeout=20)

    def tap(_: int) -> Recorded:
        at_once.wait()
        return report(database, door, OutcomeKind.CALLING)

    with ThreadPoolExecutor(2) as hands:
        both = list(hands.map(tap, range(2)))
    assert sorted(one.repeated for one in both) == [False, True]
    assert len(outcomes(database, door)) == 1


def test_calling_again_later_is_still_the_same_claim(database: Database, door: Door) -> None:
    first = report(database, door, OutcomeKind.CALLING)
    again = report(database, door, OutcomeKind.CALLING, NOW + timedelta(minutes=20))
    assert again == Recorded(first.outcome_id, repeated=True)
    assert the_alert(database, door).claimed_at == NOW


@pytest.mark.parametrize("kind", CLOSING)
def test_every_other_outcome_closes_the_alert(database: Database, door: Door, kind: OutcomeKind) -> None:
    report(database, door, kind, call_back_on=date(2026, 3, 2) if kind == OutcomeKind.CALL_BACK else None)
    assert the_alert(database, door).closed_at == NOW
    assert [one.kind for one in outcomes(database, door)] == [kind]


@pytest.mark.parametrize("kind", [kind for kind in CLOSING if kind != OutcomeKind.CALL_BACK])
def test_every_outcome_can_be_undone_and_its_row_stays(
    database: Database, door: Door, kind: OutcomeKind
) -> None:
    recorded = report(database, door, kind, note="Voicemail.")
    take_back(database, door, recorded, NOW + timedelta(days=3))
    assert the_alert(database, door).closed_at is None
    [kept] = outcomes(database, door)
    assert (kept.note, kept.undone_at) == ("Voicemail.", NOW + timedelta(days=3))


def test_undoing_calling_lets_somebody_else_call(database: Database, door: Door) -> None:
    take_back(database, door, report(database, door, OutcomeKind.CALLING))
    alert = the_alert(database, door)
    assert (alert.claimed_by, alert.claimed_at) == (None, None)
    assert report(database, door, OutcomeKind.CALLING, NOW + timedelta(seconds=5)).repeated is False


def test_undoing_one_of_two_leaves_the_alert_closed_by_the_other(database: Database, door: Door) -> None:
    first = report(database, door, OutcomeKind.NO_ANSWER)
    report(database, door, OutcomeKind.SPOKE, NOW + timedelta(hours=2))
    take_back(database, door, first, NOW + timedelta(hours=3))
    assert the_alert(database, door).closed_at == NOW + timedelta(hours=2)


def test_undoing_twice_is_undoing_once(database: Database, door: Door) -> None:
    recorded = report(database, door, OutcomeKind.SPOKE)
    take_back(database, door, recorded, NOW)
    take_back(database, door, recorded, NOW + timedelta(days=1))
    assert outcomes(database, door)[0].undone_at == NOW


def test_a_report_posted_twice_within_a_minute_is_one(database: Database, door: Door) -> None:
    first = report(database, door, OutcomeKind.SPOKE, note="Nice talk")
    second = report(database, door, OutcomeKind.SPOKE, NOW + timedelta(seconds=59), note="Nice talk")
    assert second == Recorded(first.outcome_id, repeated=True)


def test_two_likes_a_minute_apart_or_with_another_note_are_two(database: Database, door: Door) -> None:
    report(database, door, OutcomeKind.NO_ANSWER)
    report(database, door, OutcomeKind.NO_ANSWER, NOW + SAME_POST)
    report(database, door, OutcomeKind.NO_ANSWER, NOW + SAME_POST, note="Left a message")
    assert len(outcomes(database, door)) == 3


def test_a_report_undone_can_be_made_again_at_once(database: Database, door: Door) -> None:
    take_back(database, door, report(database, door, OutcomeKind.SPOKE))
    assert report(database, door, OutcomeKind.SPOKE).repeated is False


def test_the_day_to_call_back_is_kept(database: Database, door: Door) -> None:
    report(database, door, OutcomeKind.CALL_BACK, call_back_on=date(2026, 2, 10))
    assert outcomes(database, door)[0].call_back_on == date(2026, 2, 10)


@pytest.mark.parametrize(
    ("day", "advice"),
    [
        (None, "Choose the day on which to call back."),
        (date(2026, 2, 9), "That day is past: choose today or a later day to call back."),
        (date(2027, 2, 12), "That day is more than a year ahead: choose an earlier one to call back."),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_advice(
    database: Database, door: Door, day: date | None, advice: str
) -> None:
    with pytest.raises(OutcomeError) as caught:
        report(database, door, OutcomeKind.CALL_BACK, call_back_on=day)
    assert str(caught.value) == advice
    assert outcomes(database, door) == []
    assert the_alert(database, door).closed_at is None


@pytest.mark.parametrize("kind", sorted(CALLS_AHEAD))
def test_no_call_is_promised_to_who_asked_for_none(
    database: Database, door: Door, scene: Scene, kind: OutcomeKind
) -> None:
    signer, emails = installation(database).signer, [scene.dana.email or ""]
    with database.writing() as session:
        suppress(session, signer, emails, SuppressionKind.DO_NOT_CALL, "by letter", NOW)
    with pytest.raises(OutcomeError, match="They asked not to be called"):
        report(database, door, kind, call_back_on=date(2026, 3, 2))
    assert outcomes(database, door) == []
    assert the_alert(database, door).claimed_by is None
    report(database, door, OutcomeKind.SPOKE)  # they called us
    with database.writing() as session:
        lift(session, signer, emails, SuppressionKind.DO_NOT_CALL)
    report(database, door, kind, call_back_on=date(2026, 3, 2))


def test_other_wishes_leave_the_calls(database: Database, door: Door, scene: Scene) -> None:
    with database.writing() as session:
        for wish in set(SuppressionKind) - {SuppressionKind.DO_NOT_CALL}:
            suppress(session, installation(database).signer, [scene.dana.email or ""], wish, "letter", NOW)
    report(database, door, OutcomeKind.CALL_BACK, call_back_on=date(2026, 3, 2))


def test_today_is_the_reps_own_day(database: Database, door: Door) -> None:
    with database.writing() as session:
        session.get_one(User, door.user_id).time_zone = "Pacific/Auckland"
    evening = MORNING.replace(hour=20)  # the 11th in Auckland
    with pytest.raises(OutcomeError, match="past"):
        report(database, door, OutcomeKind.CALL_BACK, evening, call_back_on=date(2026, 2, 10))


def test_a_note_keeps_its_lines_and_loses_what_cannot_be_seen(database: Database, door: Door) -> None:
    report(database, door, OutcomeKind.SPOKE, note="  One\r\ntwo\x00\x1b[31m \u202ethree\t.\n")
    assert outcomes(database, door)[0].note == "One\ntwo[31m three ."


def test_a_long_note_is_cut(database: Database, door: Door) -> None:
    report(database, door, OutcomeKind.SPOKE, note="x" * 5000)
    assert len(outcomes(database, door)[0].note) == MAX_NOTE


def test_won_back_leaves_the_imported_deal_alone(database: Database, door: Door, scene: Scene) -> None:
    report(database, door, OutcomeKind.WON_BACK)
    with database.reading() as session:
        deal = session.get_one(type(scene.deal), scene.deal.id)
        assert (deal.status, deal.imported_at) == (scene.deal.status, scene.deal.imported_at)


def test_s13_nobody_reports_on_an_alert_of_somebody_else(database: Database, door: Door) -> None:
    with database.writing() as session:
        kim = add_user(session, "Kim Lee")
    with pytest.raises(NotYoursError):
        report(database, Door(door.alert_id, kim.id), OutcomeKind.SPOKE)


def test_s13_nobody_undoes_what_somebody_else_reported(database: Database, door: Door) -> None:
    recorded = report(database, door, OutcomeKind.SPOKE)
    with database.writing() as session:
        kim = add_user(session, "Kim Lee")
        session.get_one(Alert, door.alert_id).user_id = kim.id
    with pytest.raises(NotYoursError):
        take_back(database, Door(door.alert_id, kim.id), recorded)


def test_s13_who_has_left_the_company_reports_nothing(database: Database, door: Door) -> None:
    with database.writing() as session:
        session.get_one(User, door.user_id).left_at = MORNING
    with pytest.raises(NotYoursError):
        report(database, door, OutcomeKind.SPOKE)
