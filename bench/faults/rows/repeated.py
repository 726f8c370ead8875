"""Each task delivered ten times, by two workers with a beat each."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from alerts.models import Delivery, Message
from alerts.worker import create_celery, publisher
from bench.faults.house import House, Wish
from bench.faults.processes import wait_for
from bench.faults.verdict import Outcome, none_of

if TYPE_CHECKING:
    from bench.faults.stage import Stage

CALLERS = 30
TIMES = 10
DECIDED_WITHIN_S = 20
"""No worker runs yet: mails are written, and wait."""
AFTER_S = 6
"""Longer than the sweep's period: both beats have had their say."""


def tell(house: House) -> Outcome:
    """Publish each mail's task ten times while two workers with beats look for it, too."""
    with house.stage(Wish(people=CALLERS)) as stage:
        stage.start("serve")
        publish = publisher(create_celery(stage.installation.settings))
        for guest in stage.guests:
            stage.ledger.post(stage.base_url, guest, guest.call())
        wait_for(lambda: len(_mails(stage)) == CALLERS, DECIDED_WITHIN_S)
        ids = _mails(stage)
        for _ in range(TIMES):
            for start in range(0, len(ids), 5):
                publish(ids[start : start + 5])
        stage.start("worker")
        stage.start("worker")
        lost = stage.lost()
        time.sleep(AFTER_S)
        with stage.installation.database.reading() as session:
            attempts = session.scalar(select(func.count()).select_from(Delivery)) or 0
        return Outcome(
            lost,
            stage.post.duplicates(),
            checks=(none_of("attempts beyond one a mail", attempts - len(ids)),),
            note=f"{len(ids)} mails, {len(ids) * TIMES} deliveries of their tasks",
        )


def _mails(stage: Stage) -> list[int]:
    with stage.installation.database.reading() as session:
        return list(session.scalars(select(Message.id)))
