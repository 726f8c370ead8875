"""`ringback check` on mails: those that do not go out, and those that reached nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.doctor import check_mails, vital_signs
from alerts.models import Breaker, Delivery
from alerts.outbox import Result
from alerts.words import MessageState
from tests.alerts.scenes import add_message
from tests.builders import NOON, add_user
from tracker.doctor.finding import Level

if TYPE_CHECKING:
    from tracker.db import Database

LONG_AGO = NOON - timedelta(days=8)
JUST_NOW = NOON - timedelta(minutes=1)


def said(database: Database, level: Level) -> list[str]:
    with database.reading() as session:
        return [finding.sentence for finding in check_mails(session, NOON) if finding.level is level]


def test_an_empty_outbox_is_well(database: Database) -> None:
    assert said(database, Level.WELL) == ["No mail is stuck."]


def test_mails_that_reached_nobody_are_told_for_a_week(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session)
        old = add_message(session, sam, created_at=LONG_AGO)
        new = add_message(session, sam, created_at=JUST_NOW)
        for message in (old, new):
            message.state, message.last_reason = MessageState.FAILED, "550 5.1.1 no such user"
    assert said(database, Level.MIND) == [
        "Mails of the last 7 days that reached nobody: 1. The latest: 550 5.1.1 no such user"
    ]


def test_mails_that_no_worker_takes_are_ill(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session)
        add_message(session, sam, next_attempt_at=JUST_NOW)
        add_message(session, sam, next_attempt_at=LONG_AGO, attempts=3)
    assert said(database, Level.ILL) == []
    with database.writing() as session:
        add_message(session, sam, next_attempt_at=NOON - timedelta(minutes=2))
    (sentence,) = said(database, Level.ILL)
    assert "more than a minute: 1" in sentence


@pytest.mark.parametrize(("alarm", "level"), [(True, Level.ILL), (False, Level.MIND)])
def test_a_mail_server_that_does_not_take_them_is_named(
    database: Database, level: Level, *, alarm: bool
) -> None:
    with database.writing() as session:
        session.add(
            Breaker(channel="mail", failures=5, open_until=NOON, reason="535 wrong password", alarm=alarm)
        )
    assert said(database, level) == [
        "No mail goes out at present, and we try twice a minute: 535 wrong password"
    ]


def test_while_the_server_is_only_probed_nobody_blames_the_worker(database: Database) -> None:
    with database.writing() as session:
        session.add(Breaker(channel="mail", failures=5, open_until=NOON, reason="connection refused"))
        add_message(session, add_user(session), next_attempt_at=LONG_AGO)
    assert said(database, Level.ILL) == []


def test_a_mail_that_fails_for_hours_is_told(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session)
        add_message(session, sam, created_at=JUST_NOW, attempts=2)
    assert said(database, Level.MIND) == []
    with database.writing() as session:
        failing = add_message(session, sam, created_at=LONG_AGO, attempts=90)
        failing.last_reason = "An error of our own."
    assert said(database, Level.MIND) == [
        "Mails that have been tried for more than an hour: 1. The oldest: An error of our own."
    ]


@pytest.mark.parametrize(("alarm", "advice"), [(True, "RINGBACK_SMTP_PASSWORD"), (False, "twice a minute")])
def test_the_log_is_told_what_stops_mails_in_no_mail_server_s_words(
    database: Database, advice: str, *, alarm: bool
) -> None:
    reason = "535 <sam@northwind.example> wrong password"
    with database.writing() as session:
        session.add(Breaker(channel="mail", failures=5, open_until=NOON, reason=reason, alarm=alarm))
    with database.reading() as session:
        (finding,) = vital_signs(session, NOON)
    assert finding.level is (Level.ILL if alarm else Level.MIND)
    assert advice in finding.sentence
    assert "535" not in finding.sentence


def test_mails_that_workers_died_over_are_told(database: Database) -> None:
    with database.writing() as session:
        poison = add_message(session, add_user(session), created_at=JUST_NOW)
        poison.state, poison.last_reason = MessageState.FAILED, "Set aside."
        session.add(
            Delivery(
                message_id=poison.id, attempt=6, to_address="", started_at=JUST_NOW, result=Result.SET_ASIDE
            )
        )
    (sentence,) = said(database, Level.ILL)
    assert "set aside since workers died over them: 1" in sentence
    with database.reading() as session:
        assert sentence in [finding.sentence for finding in vital_signs(session, NOON)]
