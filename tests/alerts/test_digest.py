"""One digest a rep and working day, in their own zone, of what came before the day began."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from alerts.digest import plan_digests
from alerts.models import Alert, Decision, Message
from alerts.models.alert import UNSENT
from alerts.policy import DIGEST_HOLDS, Hold, Trigger
from alerts.words import MessageKind
from tests.alerts.scenes import add_alert, add_message, add_visit
from tests.builders import add_prospect, add_user

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.models import User

MAIL_FROM = "Ringback <ringback@northwind.example>"
MONDAY_EVENING = datetime(2026, 3, 9, 19, 0, tzinfo=UTC)
TUESDAY_AT_NINE = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def visited(session: Session, rep: User, at: datetime = MONDAY_EVENING, **fields: Any) -> Alert:  # noqa: ANN401
    """An ordinary visit, decided on at `at`."""
    values = {"decision": Decision.DIGEST, "why": Trigger.ORDINARY.value, "decided_at": at} | fields
    return add_alert(session, add_visit(session, add_prospect(session), at=at), rep, **values)


def plan(database: Database, now: datetime) -> list[int]:
    with database.writing() as session:
        return plan_digests(session, MAIL_FROM, now)


def listed(database: Database, digest: int) -> set[int]:
    with database.reading() as session:
        return set(session.scalars(select(Alert.id).where(Alert.message_id == digest)))


def test_the_day_begins_with_one_mail_of_what_came_since(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session)
        ids = {visited(session, sam).id, visited(session, sam, TUESDAY_AT_NINE - timedelta(minutes=1)).id}
    assert plan(database, TUESDAY_AT_NINE - timedelta(minutes=1)) == []
    (digest,) = plan(database, TUESDAY_AT_NINE)
    assert listed(database, digest) == ids
    with database.reading() as session:
        message = session.get_one(Message, digest)
    assert (message.kind, message.day, message.next_attempt_at) == (
        MessageKind.DIGEST,
        date(2026, 3, 10),
        TUESDAY_AT_NINE,
    )
    assert message.dedupe_key == f"digest:{sam.id}:2026-03-10"
    assert message.mail_id.endswith("@northwind.example>")


def test_a_visit_of_today_waits_for_tomorrow(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session)
        visited(session, sam)
        late = visited(session, sam, TUESDAY_AT_NINE + timedelta(hours=1))
    assert len(plan(database, TUESDAY_AT_NINE)) == 1
    assert plan(database, TUESDAY_AT_NINE + timedelta(hours=2)) == []
    (tomorrow,) = plan(database, TUESDAY_AT_NINE + timedelta(days=1))
    assert listed(database, tomorrow) == {late.id}


def test_two_planners_at_once_make_one_digest(database: Database) -> None:
    with database.writing() as session:
        for name in ("Sam Reed", "Ann Lee", "Bo Falk"):
            visited(session, add_user(session, name))
    with ThreadPoolExecutor(4) as planners:
        made = [
            each for ids in planners.map(lambda _: plan(database, TUESDAY_AT_NINE), range(4)) for each in ids
        ]
    assert len(made) == 3
    with database.reading() as session:
        assert len(session.scalars(select(Message)).all()) == 3
        assert set(session.scalars(select(Alert.message_id))) == set(made)


@pytest.mark.parametrize("hold", [Hold.OUTSIDE_HOURS, Hold.DAILY_LIMIT, Hold.REP_AWAY, Hold.TOO_LATE])
def test_what_was_held_back_from_a_call_is_in_it(database: Database, hold: Hold) -> None:
    with database.writing() as session:
        visited(session, add_user(session), decision=Decision.HOLD, why=hold.value)
    assert len(plan(database, TUESDAY_AT_NINE)) == 1


@pytest.mark.parametrize(
    "hold", [Hold.MACHINE, Hold.INTERNAL, Hold.CUSTOMER, Hold.COOLDOWN, Hold.SUPPRESSED, Hold.OLD_NEWS]
)
def test_what_nobody_is_told_of_is_not(database: Database, hold: Hold) -> None:
    with database.writing() as session:
        visited(session, add_user(session), decision=Decision.HOLD, why=hold.value)
    assert plan(database, TUESDAY_AT_NINE) == []


def test_what_was_told_or_answered_already_is_not(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session)
        visited(session, sam, sent_at=MONDAY_EVENING)
        visited(session, sam, closed_at=MONDAY_EVENING)
        visited(session, sam, claimed_at=MONDAY_EVENING)
        add_message(session, sam, visited(session, sam))
    assert plan(database, TUESDAY_AT_NINE) == []


def march(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "first"),
    [
        ({"time_zone": "America/New_York"}, march(10, 13)),
        ({"time_zone": "Asia/Kolkata", "hours_start": 570}, march(10, 4)),
        ({"hours_start": 0, "hours_end": 1440, "work_days": "1234567"}, march(10, 8)),
        ({"work_days": "45"}, march(12, 9)),
        ({"away_from": date(2026, 3, 9), "away_until": date(2026, 3, 10)}, march(11, 9)),
    ],
)
def test_it_comes_when_their_own_day_begins(
    database: Database, fields: dict[str, Any], first: datetime
) -> None:
    with database.writing() as session:
        visited(session, add_user(session, **fields))
    minute = timedelta(minutes=1)
    for hours in range(72):
        now = MONDAY_EVENING + timedelta(hours=1 + hours)
        if now >= first:
            break
        assert plan(database, now) == []
    assert plan(database, first - minute) == []
    assert len(plan(database, first)) == 1


def test_what_waited_for_who_left_is_planned_for_delivery_to_hand_on(database: Database) -> None:
    with database.writing() as session:
        visited(session, add_user(session, left_at=MONDAY_EVENING))
    assert len(plan(database, TUESDAY_AT_NINE)) == 1


def test_a_digest_lists_what_the_policy_keeps_for_it() -> None:
    assert sorted(re.findall(r"'([^']+)'", UNSENT.partition(" IN ")[2])) == sorted(DIGEST_HOLDS)
