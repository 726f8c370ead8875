"""R2: whatever the broker does, a visit does not wait for it, and the mail goes out all the same."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest
from kombu.exceptions import OperationalError

from alerts.nudge import QUEUE_LENGTH, Nudger
from alerts.sweep import BATCH, sweep
from alerts.worker import create_celery, publisher
from tests.alerts.desk import LEASE, Desk
from tests.builders import NOON
from tests.smtp_sink import smtp_sink
from tracker.ingest.pipeline import Nudge
from tracker.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from tracker.db import Database

LATER = NOON.replace(hour=13)


def noon() -> datetime:
    return NOON


class Broker:
    """Takes what is published, once it is let."""

    def __init__(self, *, fails: bool = False) -> None:
        self.taken: list[list[int]] = []
        self.let = threading.Event()
        self.reached = threading.Event()
        self._fails = fails

    def __call__(self, ids: Sequence[int]) -> None:
        self.reached.set()
        assert self.let.wait(20)
        if self._fails:
            raise ConnectionError
        self.taken.append(list(ids))


@pytest.fixture
def black_hole() -> Iterator[int]:
    """A port where connections are taken and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_mails_that_are_due_are_published_together_and_later_ones_left_to_the_pacer() -> None:
    broker = Broker()
    nudger = Nudger(broker, noon)
    nudger.nudge([Nudge(1, NOON)])
    assert broker.reached.wait(20)
    nudger.nudge([Nudge(2, NOON), Nudge(3, LATER), Nudge(4, NOON)])
    nudger.nudge([Nudge(number, NOON) for number in range(5, 5 + BATCH)])
    broker.let.set()
    nudger.close()
    assert broker.taken[:2] == [[1], [2, 4, *range(5, 3 + BATCH)]]
    assert sum(map(len, broker.taken)) == 3 + BATCH


def test_a_full_queue_drops_nudges_and_keeps_nobody_waiting() -> None:
    broker = Broker()
    nudger = Nudger(broker, noon)
    for number in range(3 * QUEUE_LENGTH):
        nudger.nudge([Nudge(number, NOON)])
    broker.let.set()
    nudger.close()
    assert QUEUE_LENGTH <= sum(map(len, broker.taken)) < 2 * QUEUE_LENGTH


def test_a_broker_that_failed_is_left_alone_for_a_while(caplog: pytest.LogCaptureFixture) -> None:
    broker = Broker(fails=True)
    broker.let.set()
    nudger = Nudger(broker, noon)
    nudger.nudge([Nudge(number, NOON) for number in range(10 * BATCH)])
    nudger.close()
    assert len(caplog.records) == 1


def test_R2_a_black_holed_broker_fails_by_itself(black_hole: int) -> None:  # noqa: N802
    publish = publisher(create_celery(Settings(broker_url=f"redis://127.0.0.1:{black_hole}/0")))
    with pytest.raises(OperationalError):
        publish([1])


def test_R2_without_a_broker_the_sweep_finds_the_mail(  # noqa: N802
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"redis://127.0.0.1:{closed.getsockname()[1]}/0"
    with smtp_sink() as sink:
        desk = Desk(database, sink)
        ids = desk.put(2)
        nudger = Nudger(publisher(create_celery(Settings(broker_url=url))), desk.clock)
        nudger.nudge([Nudge(each, NOON) for each in ids])
        nudger.close(20)
        assert "no broker" in caplog.text
        with database.reading() as session:
            (batch,) = sweep(session, "mail", desk.clock.now, LEASE)
        assert desk.results(*batch) == ["sent", "sent"]
