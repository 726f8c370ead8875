"""One process does it all: a worker in a thread, its schedule and its pacer, over the in-memory broker."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.delivery import Mailroom
from alerts.embedded import Embedded, start_embedded
from alerts.words import MessageState
from tests.alerts.desk import LEASE, Desk, real_clock
from tests.smtp_sink import smtp_sink
from tests.tracker.ingest.stories import KEYS
from tracker.ingest.pipeline import Nudge
from tracker.settings import Settings
from tracker.signing import Signer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alerts.channels.base import Channel
    from tracker.db import Database


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    with smtp_sink() as sink:
        yield Desk(database, sink)


def start(desk: Desk, channel: Channel | None = None) -> Embedded:
    room = desk.mailroom
    desk.clock.now = real_clock()
    return start_embedded(
        Settings(),
        Mailroom(room.database, channel or room.channel, room.compose, real_clock, LEASE),
        Signer(KEYS),
    )


def test_a_nudged_mail_and_one_nobody_nudged_and_one_due_later_all_go_out(desk: Desk) -> None:
    running = start(desk)
    try:
        nudged, unknown = desk.put(2)
        desk.put(next_attempt_at=real_clock() + timedelta(seconds=1))
        running.nudge([Nudge(nudged, real_clock())])
        assert len(desk.sink.wait(3)) == 3
    finally:
        assert running.stop()
    assert {desk.message(each).state for each in (nudged, unknown)} == {MessageState.SENT}


def test_it_can_be_stopped_and_started_again_from_any_thread(desk: Desk) -> None:
    stopped: list[bool] = []

    def run() -> None:
        running = start(desk)
        desk.put()
        desk.sink.wait(len(stopped) + 1)
        stopped.append(running.stop())

    for _ in range(2):
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    assert stopped == [True, True]
    assert len(desk.sink.mails) == 2
    assert not {"worker", "pacer", "nudge", "Beat"} & {thread.name for thread in threading.enumerate()}


def test_told_to_stop_it_finishes_the_mail_it_is_sending(database: Database) -> None:
    sending, go_on = threading.Event(), threading.Event()

    def hold(_: object) -> None:
        sending.set()
        assert go_on.wait(20)

    with smtp_sink(on_mail=hold) as sink:
        desk = Desk(database, sink)
        desk.patience_s = 20
        running = start(desk)
        (one,) = desk.put()
        assert sending.wait(20)
        threading.Timer(0.3, go_on.set).start()
        assert running.stop()
        assert desk.message(one).state is MessageState.SENT
        assert len(sink.mails) == 1
