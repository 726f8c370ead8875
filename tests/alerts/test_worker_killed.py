"""kill -9 of a worker: its mail goes out all the same, under the same Message-ID (R3, R4)."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.delivery import Mailroom, deliver
from alerts.words import MessageState
from tests.alerts.channels.test_mail import settings_for
from tests.alerts.desk import Desk, real_clock
from tests.alerts.worker_process import worker_process
from tests.smtp_sink import Manners, smtp_sink

if TYPE_CHECKING:
    from tracker.db import Database

LEASE = timedelta(seconds=2)
PATIENCE_S = 60


@pytest.mark.parametrize("moment", ["before DATA", "after 250"])
def test_R4_a_killed_worker_costs_at_most_a_second_copy_of_the_same_mail(  # noqa: N802
    database: Database, database_url: str, moment: str
) -> None:
    before = moment == "before DATA"
    with smtp_sink(Manners(stall_at_recipient=before, stall_after_250=not before)) as sink:
        desk = Desk(database, sink)
        desk.clock.now = real_clock()
        (one,) = desk.put()
        settings = settings_for(sink, smtp_timeout_s=PATIENCE_S, smtp_deadline_s=PATIENCE_S)
        with worker_process(settings, database_url, LEASE, [one]) as worker:
            assert sink.stalled.wait(PATIENCE_S)
            worker.kill()
            worker.wait()
        assert [each.result for each in desk.attempts(one)] == ["started"]

        sink.manners = Manners()
        room = desk.mailroom
        room = Mailroom(room.database, room.channel, room.compose, real_clock, LEASE)
        while not (done := deliver(room, [one])):
            time.sleep(0.2)
        assert [each.result for each in done] == ["sent"]
        copies = sink.wait(1 if before else 2)
        assert {mail["Message-ID"] for mail in copies} == {desk.message(one).mail_id}
        assert len(copies) == (1 if before else 2)
        assert desk.message(one).state is MessageState.SENT


def test_R4_who_dies_within_a_batch_takes_no_other_mail_along(database: Database, database_url: str) -> None:  # noqa: N802
    """The record of the first claims the second: who is killed over that one leaves the third free."""
    with smtp_sink() as sink:
        desk = Desk(database, sink)
        desk.clock.now = real_clock()
        (first,) = desk.put()
        (second,) = desk.put(dedupe_key="poison")
        (third,) = desk.put()
        settings = settings_for(sink, smtp_timeout_s=PATIENCE_S, smtp_deadline_s=PATIENCE_S)
        with worker_process(settings, database_url, desk.mailroom.lease, [first, second, third]) as worker:
            worker.wait(PATIENCE_S)
        states = [[each.result for each in desk.attempts(one)] for one in (first, second, third)]
        assert states == [["sent"], ["started"], []]
        assert [each.message_id for each in desk.deliver(first, second, third)] == [third]
        desk.clock.move(minutes=2)  # the lease has ended
        assert [each.message_id for each in desk.deliver(first, second, third)] == [second]
        sent = [mail["Message-ID"] for mail in sink.wait(3)]
        assert sent == [desk.message(one).mail_id for one in (first, third, second)]
