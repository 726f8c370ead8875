"""While the mail server is down we call it at most once in half a minute, all workers together (R4)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from alerts import breaker
from alerts.breaker import FAILURES, PROBE_EVERY
from alerts.models import Breaker
from alerts.sweep import sweep
from alerts.words import MessageState
from tests.alerts.desk import LEASE, Desk
from tests.builders import NOON
from tests.smtp_sink import smtp_sink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.db import Database


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    with smtp_sink() as sink:
        yield Desk(database, sink)


def _swept(desk: Desk) -> list[int]:
    with desk.database.reading() as session:
        return [each for batch in sweep(session, "mail", desk.clock.now, LEASE) for each in batch]


def test_after_five_failures_the_server_is_left_alone(desk: Desk) -> None:
    ids = desk.put(8)
    desk.sink.manners.at_sender = "421 4.3.2 shutting down"
    assert desk.results(*ids) == ["retry"] * FAILURES
    assert desk.results(*ids) == []
    assert desk.sink.connections == FAILURES
    # What was not tried is as it was.
    assert [desk.message(each).attempts for each in ids] == [1] * FAILURES + [0] * 3


def test_R4_smtp_421_for_a_quarter_of_an_hour_means_one_connection_in_30_s(desk: Desk) -> None:  # noqa: N802
    desk.put(8)
    desk.sink.manners.at_sender = "421 4.3.2 shutting down"
    desk.deliver(*_swept(desk))
    opened = desk.sink.connections
    for _ in range(15 * 60 // 5):
        desk.clock.move(seconds=5)
        before = desk.sink.connections
        desk.deliver(*_swept(desk))
        assert desk.sink.connections <= before + 1
    assert desk.sink.connections - opened <= 15 * 60 / PROBE_EVERY.total_seconds()
    desk.sink.manners.at_sender = ""
    desk.clock.move(minutes=30)
    desk.deliver(*_swept(desk))
    desk.deliver(*_swept(desk))
    assert len(desk.sink.mails) == 8


def test_a_success_closes_it_and_what_waited_is_due_at_once(desk: Desk) -> None:
    ids = desk.put(FAILURES)
    desk.sink.manners.at_sender = "421 4.3.2 shutting down"
    desk.deliver(*ids)
    desk.sink.manners.at_sender = ""
    desk.clock.move(seconds=30)
    (fresh,) = desk.put()
    assert _swept(desk) == [fresh]
    assert desk.results(fresh) == ["sent"]
    row = desk.breaker()
    assert row is not None
    assert (row.failures, row.open_until, row.reason, row.alarm) == (0, None, "", False)
    assert desk.results(*ids) == ["sent"] * FAILURES


def test_a_refused_reader_is_no_failure_of_the_channel(desk: Desk) -> None:
    ids = desk.put(FAILURES + 1)
    desk.sink.manners.at_recipient = "550 5.1.1 no such user"
    assert desk.results(*ids) == ["refused"] * len(ids)


def test_failures_count_only_in_a_row(desk: Desk) -> None:
    for _ in range(FAILURES):
        desk.sink.manners.at_sender = "421 4.3.2 shutting down"
        assert desk.results(*desk.put()) == ["retry"]
        desk.sink.manners.at_sender = ""
        assert desk.results(*desk.put()) == ["sent"]


def test_a_wrong_password_is_probed_until_it_is_right(desk: Desk) -> None:
    (one,) = desk.put()
    desk.sink.manners.at_sender = "530 5.7.0 authentication required"
    for _ in range(3):
        assert desk.results(*_swept(desk)) == ["misconfigured"]
        assert _swept(desk) == []
        desk.clock.move(seconds=30)
    assert desk.message(one).state is MessageState.PENDING
    desk.sink.manners.at_sender = ""
    assert desk.results(*_swept(desk)) == ["sent"]


def test_the_probe_is_given_to_one_worker_only(database: Database) -> None:
    with database.writing() as session:
        breaker.failed(session, "mail", "530 login wanted", NOON, alarm=True)

    def ask(_: int) -> bool:
        with database.writing() as session:
            return breaker.admits(session, "mail", NOON + PROBE_EVERY)

    with ThreadPoolExecutor(8) as workers:
        assert sum(workers.map(ask, range(8))) == 1


def test_first_failures_at_once_are_all_counted(database: Database) -> None:
    def fail(_: int) -> None:
        with database.writing() as session:
            breaker.failed(session, "mail", "no answer", NOON, alarm=False)

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(fail, range(4)))
    with database.reading() as session:
        row = session.get_one(Breaker, "mail")
        assert (row.failures, row.open_until) == (4, None)


def test_a_clock_put_back_does_not_keep_it_open(database: Database) -> None:
    with database.writing() as session:
        breaker.failed(session, "mail", "530 login wanted", NOON, alarm=True)
    with database.writing() as session:
        assert breaker.admits(session, "mail", NOON - PROBE_EVERY * 100)
