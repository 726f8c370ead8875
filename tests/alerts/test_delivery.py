"""R3, R4: each mail goes out once, whoever sends it; every attempt leaves its trace."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, NoReturn

import pytest
from sqlalchemy import event

from alerts.delivery import BACKOFF, BATCH_TIME, MAX_AGE, MAX_UNFINISHED, backoff
from alerts.mail import Withdrawn
from alerts.models import Alert, Message
from alerts.outbox import claim
from alerts.words import MessageState
from tests.alerts.desk import LEASE, Desk, call_somebody
from tests.alerts.scenes import add_message, dana_reads_pricing
from tests.smtp_sink import Manners, smtp_sink
from tracker.models import User

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.mail import Mail, NotSent
    from tracker.db import Database


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    with smtp_sink() as sink:
        yield Desk(database, sink)


def test_a_mail_that_is_due_is_sent_and_its_alert_knows_when(desk: Desk) -> None:
    with desk.database.writing() as session:
        scene = dana_reads_pricing(session)
        sent = add_message(session, scene.sam, scene.alert, next_attempt_at=desk.clock.now)
    assert desk.results(sent.id) == ["sent"]
    (mail,) = desk.sink.mails
    assert mail["Message-ID"] == sent.mail_id
    message = desk.message(sent.id)
    assert (message.state, message.sent_at, message.lease_until) == (MessageState.SENT, desk.clock.now, None)
    with desk.database.reading() as session:
        assert session.get_one(Alert, scene.alert.id).sent_at == desk.clock.now
    (attempt,) = desk.attempts(sent.id)
    assert (attempt.attempt, attempt.to_address, attempt.result) == (1, scene.sam.email, "sent")


def test_a_mail_waits_for_its_time(desk: Desk) -> None:
    (later,) = desk.put(next_attempt_at=desk.clock.now + timedelta(seconds=20))
    assert desk.results(later) == []
    assert desk.attempts(later) == []
    desk.clock.move(seconds=20)
    assert desk.results(later) == ["sent"]


def test_R3_delivered_ten_times_at_once_it_is_sent_once(desk: Desk) -> None:  # noqa: N802
    ids = desk.put(3)
    with ThreadPoolExecutor(10) as workers:
        done = [
            result for results in workers.map(lambda _: desk.results(*ids), range(10)) for result in results
        ]
    assert done == ["sent"] * 3
    assert len(desk.sink.mails) == 3


def test_a_batch_of_which_nothing_is_due_costs_one_look_and_no_connection(desk: Desk) -> None:
    ids = desk.put(10)
    assert desk.results(*ids) == ["sent"] * 10
    said: list[str] = []
    connections = desk.sink.connections
    listener = ("before_cursor_execute", lambda _c, _d, statement, *_: said.append(statement.split()[0]))
    event.listen(desk.database.write_engine, *listener)
    try:
        assert desk.results(*ids) == []
    finally:
        event.remove(desk.database.write_engine, *listener)
    assert [word for word in said if word != "BEGIN"] == ["UPDATE"]
    assert desk.sink.connections == connections


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_records_a_mail_waits_for_nobody_who_writes_to_the_next(desk: Desk) -> None:
    """Two who hold a mail each and want the other's would else wait for good."""
    busy, free = desk.put(2)
    with desk.database.writing() as other:
        other.get_one(Message, busy, with_for_update=True)
        with desk.database.writing() as session:
            held = claim(session, [busy, free], "mail", desk.clock.now, LEASE, wait=False)
    assert held is not None
    assert held.message_id == free


def test_R4_the_attempt_is_committed_before_it_is_made(desk: Desk) -> None:  # noqa: N802
    (one,) = desk.put()
    seen = []
    with smtp_sink(on_mail=lambda _: seen.append([each.result for each in desk.attempts(one)])) as sink:
        desk.sink = sink
        desk.deliver(one)
    assert seen == [["started"]]


def test_no_transaction_is_open_while_the_server_is_talked_to(desk: Desk) -> None:
    (one,) = desk.put()
    open_now: set[int] = set()
    during = []
    event.listen(desk.database.write_engine, "begin", lambda connection: open_now.add(id(connection)))
    for name in ("commit", "rollback"):
        event.listen(desk.database.write_engine, name, lambda connection: open_now.discard(id(connection)))
    with smtp_sink(on_mail=lambda _: during.append(len(open_now))) as sink:
        desk.sink = sink
        desk.deliver(one)
    assert during == [0]


def test_R4_a_worker_that_dies_leaves_its_mail_to_the_next_with_the_same_id(desk: Desk) -> None:  # noqa: N802
    (one,) = desk.put()
    with desk.database.writing() as session:
        assert claim(session, [one], "mail", desk.clock.now, LEASE) is not None
    desk.clock.move(seconds=44)
    assert desk.results(one) == []
    desk.clock.move(seconds=1)
    assert desk.results(one) == ["sent"]
    assert desk.sink.mails[0]["Message-ID"] == desk.message(one).mail_id
    assert [each.result for each in desk.attempts(one)] == ["started", "sent"]


def test_a_lease_from_before_the_clock_was_put_back_is_void(desk: Desk) -> None:
    (one,) = desk.put(next_attempt_at=desk.clock.now - timedelta(hours=2))
    with desk.database.writing() as session:
        claim(session, [one], "mail", desk.clock.now, LEASE)
    desk.clock.move(hours=-1)
    assert desk.results(one) == ["sent"]


def test_a_mail_that_kills_its_workers_is_set_aside(desk: Desk) -> None:
    (poison,) = desk.put()
    for _ in range(MAX_UNFINISHED):
        with desk.database.writing() as session:
            assert claim(session, [poison], "mail", desk.clock.now, LEASE) is not None
        desk.clock.move(seconds=45)
    assert desk.results(poison) == ["set aside"]
    message = desk.message(poison)
    assert message.state is MessageState.FAILED
    assert "5 attempts" in message.last_reason
    assert not desk.sink.mails


def test_R4_smtp_421_is_tried_again_and_then_sent(desk: Desk) -> None:  # noqa: N802
    (one,) = desk.put()
    desk.sink.manners.at_recipient = "421 4.3.2 shutting down"
    assert desk.results(one) == ["retry"]
    message = desk.message(one)
    assert message.state is MessageState.PENDING
    assert "421" in message.last_reason
    wait = message.next_attempt_at - desk.clock.now
    assert BACKOFF[0] <= wait <= 2 * BACKOFF[0]
    desk.sink.manners.at_recipient = ""
    assert desk.results(one) == []
    desk.clock.now = message.next_attempt_at
    assert desk.results(one) == ["sent"]
    assert [each.result for each in desk.attempts(one)] == ["retry", "sent"]


def test_R4_smtp_550_is_final(desk: Desk) -> None:  # noqa: N802
    (one,) = desk.put()
    desk.sink.manners.at_recipient = "550 5.1.1 no such user"
    assert desk.results(one) == ["refused"]
    message = desk.message(one)
    assert message.state is MessageState.FAILED
    assert "550 5.1.1 no such user" in message.last_reason
    desk.sink.manners.at_recipient = ""
    desk.clock.move(hours=1)
    assert desk.results(one) == []
    assert desk.sink.connections == 1


def test_one_reader_refused_does_not_keep_the_others_waiting(desk: Desk) -> None:
    first, second = desk.put(2)
    with desk.database.writing() as session:
        user = session.get_one(User, desk.message(first).user_id)
        user.email = "no address"
    assert desk.results(first) == ["unreachable"]
    with desk.database.writing() as session:
        session.get_one(User, user.id).email = "sam@northwind.example"
    assert desk.results(second) == ["sent"]


def test_R4_smtp_535_raises_an_alarm_and_keeps_the_row(database: Database) -> None:  # noqa: N802
    with smtp_sink(Manners(login=("ringback", "right"))) as sink:
        desk = Desk(database, sink)
        first, second = desk.put(2)
        assert desk.results(first, second) == ["misconfigured"]
        breaker = desk.breaker()
        assert breaker is not None
        assert breaker.alarm
        assert "530" in breaker.reason
        assert {desk.message(each).state for each in (first, second)} == {MessageState.PENDING}
        assert sink.connections == 1


def test_a_mail_that_fails_for_days_is_given_up_with_its_reason(desk: Desk) -> None:
    (old,) = desk.put(created_at=desk.clock.now - MAX_AGE)
    desk.sink.manners.at_content = "452 4.3.1 disk full"
    assert desk.results(old) == ["retry"]
    message = desk.message(old)
    assert message.state is MessageState.FAILED
    assert message.last_reason.startswith("Given up after 3 days.")
    assert "disk full" in message.last_reason


def test_who_was_suppressed_since_the_claim_gets_no_mail(desk: Desk) -> None:
    desk.compose = lambda _session, _message, _now: Withdrawn("They asked to be left alone.")
    (one,) = desk.put()
    assert desk.results(one) == ["withdrawn"]
    message = desk.message(one)
    assert (message.state, message.last_reason) == (MessageState.WITHDRAWN, "They asked to be left alone.")
    assert desk.sink.connections == 0


def test_an_error_in_one_mail_leaves_the_others_alone(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    bad, good = desk.put(2)

    def stumbles(session: Session, message: Message, now: datetime) -> Mail | NotSent:
        return _stumble() if message.id == bad else call_somebody(session, message, now)

    desk.compose = stumbles
    assert desk.results(bad, good) == ["broken", "sent"]
    assert desk.message(bad).state is MessageState.PENDING
    assert "ZeroDivisionError" in desk.message(bad).last_reason
    assert "could not be written" in caplog.text


def _stumble() -> NoReturn:
    raise ZeroDivisionError


def test_a_batch_ends_in_time_for_a_worker_that_is_told_to_stop(desk: Desk) -> None:
    ids = desk.put(3)

    def slow(session: Session, message: Message, now: datetime) -> Mail | NotSent:
        desk.clock.move(seconds=BATCH_TIME.total_seconds())
        return call_somebody(session, message, now)

    desk.compose = slow
    assert desk.results(*ids) == ["sent"]


def test_the_wait_doubles_up_to_half_an_hour() -> None:
    shortest, longest = BACKOFF
    assert [backoff(attempt, 1) for attempt in range(1, 8)] == [
        timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16, 30, 30)
    ]
    assert backoff(1, 0.5) == shortest
    assert backoff(1000, 1) == longest
