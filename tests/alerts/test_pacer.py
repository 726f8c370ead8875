"""A mail goes out when it is due, not when somebody next looks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.pacer import LOOK_EVERY, NUDGED_FIRST, Pacer, hand_or_deliver
from alerts.sweep import BATCH
from tests.alerts.desk import LEASE, Desk
from tests.smtp_sink import smtp_sink

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tracker.db import Database


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    with smtp_sink() as sink:
        yield Desk(database, sink)


class Paced:
    """A pacer, stepped by hand, and what it handed on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.handed: list[int] = []
        self.batches: list[int] = []
        self.pacer = Pacer(desk.mailroom, self._take)

    def _take(self, ids: Sequence[int]) -> None:
        self.handed += ids
        self.batches.append(len(ids))

    def step(self) -> timedelta:
        return self.pacer.step(self.desk.clock.now)


def test_it_sleeps_until_the_moment_a_mail_is_due(desk: Desk) -> None:
    paced = Paced(desk)
    (soon,) = desk.put(next_attempt_at=desk.clock.now + timedelta(milliseconds=730))
    assert paced.step() == LOOK_EVERY
    desk.clock.now += LOOK_EVERY
    wait = paced.step()
    assert wait == timedelta(milliseconds=230)
    assert paced.handed == []
    desk.clock.now += wait
    paced.step()
    assert paced.handed == [soon]


def test_a_mail_is_handed_on_once_an_attempt(desk: Desk) -> None:
    paced = Paced(desk)
    (one,) = desk.put(next_attempt_at=desk.clock.now + LOOK_EVERY)
    for _ in range(4):
        paced.step()
        desk.clock.now += LOOK_EVERY
    assert paced.handed == [one]
    desk.sink.manners.at_recipient = "451 4.7.1 greylisted"
    assert desk.results(one) == ["retry"]
    desk.clock.now = desk.message(one).next_attempt_at
    paced.step()
    assert paced.handed == [one, one]


def test_a_mail_whose_nudge_is_on_its_way_is_left_to_it_for_a_moment(desk: Desk) -> None:
    paced = Paced(desk)
    (nudged,) = desk.put()
    (lost,) = desk.put()
    paced.step()
    assert paced.handed == []
    assert desk.results(nudged) == ["sent"]
    desk.clock.now += paced.step()
    paced.step()
    assert paced.handed == [lost]


def test_what_another_worker_died_over_is_handed_on_when_its_lease_ends(desk: Desk) -> None:
    paced = Paced(desk)
    (one,) = desk.put()
    with desk.database.writing() as session:
        message = session.get_one(type(desk.message(one)), one)
        message.lease_until, message.attempts = desk.clock.now + LEASE, 1
    paced.step()
    assert paced.handed == []
    desk.clock.now += LEASE
    paced.step()
    assert paced.handed == [one]


def test_many_are_handed_on_in_batches(desk: Desk) -> None:
    paced = Paced(desk)
    ids = desk.put(BATCH + 1, next_attempt_at=desk.clock.now - NUDGED_FIRST)
    paced.step()
    assert paced.handed == ids
    assert paced.batches == [BATCH, 1]


def test_a_clock_put_back_does_not_make_it_sleep(desk: Desk) -> None:
    paced = Paced(desk)
    paced.step()
    desk.clock.move(hours=-1)
    (one,) = desk.put(next_attempt_at=desk.clock.now - NUDGED_FIRST)
    paced.step()
    assert paced.handed == [one]


def test_without_a_broker_the_worker_delivers_by_itself(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    def dead(_ids: Sequence[int]) -> None:
        raise ConnectionError

    hand = hand_or_deliver(desk.mailroom, dead)
    hand(desk.put(2))
    hand(desk.put(1))
    assert len(desk.sink.mails) == 3
    assert len(caplog.records) == 1
