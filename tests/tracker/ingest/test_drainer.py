"""The thread that drains: soon after something was kept, what others left, too, until it is told to stop."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from tests.front_door import database_away
from tests.tracker.ingest.stories import Setting, add_dana, set_up, view
from tests.tracker.ingest.walk import Walk, is_empty, later
from tracker import db
from tracker.ingest.drain import Drainer
from tracker.models import PageView
from tracker.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    import pytest
    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.ingest.pipeline import Nudge
    from tracker.ingest.rows import VisitRow

A_WHILE_S = 20


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + A_WHILE_S
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_the_drainer_works_soon_after_something_was_kept_and_finishes_when_told_to_stop(
    setting: Setting,
) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    drainer = Drainer(walk.front.drain)
    walk.front.kept = drainer.kept
    drainer.start()
    walk.sends(view(), token=dana.token)
    wait_until(lambda: is_empty(walk))
    assert len(walk.rows(PageView)) == 1
    walk.sends(view())
    assert drainer.stop()
    assert is_empty(walk)
    assert len(walk.rows(PageView)) == 2


def test_the_drainer_takes_up_what_another_process_left(setting: Setting) -> None:
    dana = add_dana(setting)
    later(Walk(setting)).sends(view(), token=dana.token)
    walk = Walk(setting)
    drainer = Drainer(walk.front.drain)
    drainer.start()
    wait_until(lambda: is_empty(walk))
    assert drainer.stop()
    assert len(walk.rows(PageView)) == 1


def test_r1_a_database_that_goes_away_and_comes_back_is_drained_to_the_end(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    impatient = db.connect(database_url, busy_timeout_ms=50)
    setting = set_up(impatient)
    dana = add_dana(setting)
    walk = Walk(setting)
    later(walk).sends(view(), token=dana.token)
    drainer = Drainer(walk.front.drain)
    caplog.set_level(logging.WARNING, "tracker.ingest.drain")
    with database_away(database_url):
        drainer.start()
        wait_until(lambda: "cannot work through the inbox" in caplog.text)
    wait_until(lambda: len(walk.rows(PageView)) == 1)
    assert drainer.stop()
    assert caplog.text.count("cannot work through the inbox") == 1
    impatient.dispose()


def test_a_drainer_that_is_told_to_stop_under_load_leaves_the_rest_to_others(database: Database) -> None:
    setting = set_up(database, Settings(hits_per_person=0))
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.sends(view(), token=dana.token)
    drainer = Drainer(walk.front.drain)
    decide, stopped = walk.front.drain.decide, threading.Event()

    def keep_and_decide(
        session: Session, visits: Sequence[VisitRow], now: datetime, *, news_only: bool = False
    ) -> Sequence[Nudge]:
        if not stopped.is_set():
            walk.sends(view())  # there is always one more
        return decide(session, visits, now, news_only=news_only)

    walk.front.kept = drainer.kept
    walk.front.drain.decide = keep_and_decide
    drainer.start()
    walk.sends(view())
    assert drainer.stop()
    stopped.set()
    walk.front.drain.all()
    assert is_empty(walk)
