"""Everything in one process: Celery's worker and its beat in threads, over the in-memory broker.

A worker in a thread installs no signal handlers, so this may be called from any thread of a web server.
Celery keeps "should stop" for a whole process: run one of these at a time.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from celery.beat import EmbeddedService
from celery.worker import state

from alerts.nudge import Nudger
from alerts.pacer import STOP_WITHIN_S, Pacer
from alerts.tasks import add_tasks
from alerts.worker import create_celery, publisher

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celery import Celery

    from alerts.delivery import Mailroom
    from alerts.sweep import Hand
    from tracker.ingest.pipeline import Nudge
    from tracker.settings import Settings
    from tracker.signing import Signer

log = logging.getLogger(__name__)

CONCURRENCY = 2
"""Mails that are sent at the same time."""
START_WITHIN_S = 10.0


class Embedded:
    """A worker, its beat, its pacer and the way to nudge it, all running."""

    def __init__(self, app: Celery, mailroom: Mailroom, publish: Hand) -> None:
        """Start everything; returns when the worker listens."""
        self._publish = publish
        self._ready = threading.Event()
        self._worker = app.WorkController(
            app=app,
            pool="threads",
            concurrency=CONCURRENCY,
            hostname="embedded@ringback",
            ready_callback=lambda _: self._ready.set(),
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        self._thread = threading.Thread(target=self._worker.start, name="worker", daemon=True)
        self._beat = EmbeddedService(app, thread=True, scheduler_cls="celery.beat:Scheduler")
        self._pacer = Pacer(mailroom, publish)
        self._nudger = Nudger(publish, mailroom.clock)
        self._thread.start()
        if not self._ready.wait(START_WITHIN_S):
            log.error("the embedded worker has not started within %g s", START_WITHIN_S)
        self._beat.start()
        self._pacer.start()

    def nudge(self, nudges: Sequence[Nudge]) -> None:
        """Have mails that are due looked at; never waits."""
        self._nudger.nudge(nudges)

    def stop(self, timeout_s: float = STOP_WITHIN_S) -> bool:
        """Finish what is being sent, begin nothing new; says whether that was done in time."""
        ends = time.monotonic() + timeout_s
        self._pacer.stop()
        self._nudger.close()
        self._beat.service.stop()
        state.should_stop = 0
        # The worker's loop looks at that between two messages, and waits two seconds for each.
        for _ in range(2):
            self._publish([])
        self._thread.join(max(ends - time.monotonic(), 0))
        self._beat.join(max(ends - time.monotonic(), 0))
        state.should_stop = None
        return not (self._thread.is_alive() or self._beat.is_alive())


def start_embedded(settings: Settings, mailroom: Mailroom, signer: Signer) -> Embedded:
    """Run worker, schedule and pacer in threads of this process."""
    app = create_celery(settings)
    app.set_default()  # threads of a pool ask for the default app to find a task in
    publish = publisher(app)
    add_tasks(app, mailroom, settings.mail_from, publish, signer, settings.phone_region)
    return Embedded(app, mailroom, publish)
