"""A worker to be killed: `python -m tests.alerts.worker_process` with its plan as JSON.

With ids it delivers them in this process; without, it runs Celery's worker. Composing a mail of a
message whose key begins with `poison` kills the process that does it.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.channels.mail import SmtpChannel
from alerts.cli_worker import run_worker
from alerts.delivery import Mailroom, deliver
from alerts.pacer import hand_or_deliver
from alerts.tasks import add_tasks
from alerts.worker import create_celery, publisher
from tests.alerts.desk import call_somebody, real_clock
from tests.tracker.ingest.stories import KEYS
from tracker import db
from tracker.settings import Settings
from tracker.signing import Signer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.mail import Mail, NotSent
    from alerts.models import Message


@contextmanager
def worker_process(
    settings: Settings, database_url: str, lease: timedelta, ids: Sequence[int] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker; killed with its children at the end, if it still lives."""
    plan = {
        "settings": settings.model_dump_json(exclude_defaults=True),
        "database": database_url,
        "lease_s": lease.total_seconds(),
        "ids": list(ids),
    }
    command = [sys.executable, "-m", "tests.alerts.worker_process", json.dumps(plan)]
    process = subprocess.Popen(command, start_new_session=True)  # noqa: S603  (this interpreter)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def write(session: Session, message: Message, now: datetime) -> Mail | NotSent:
    if message.dedupe_key.startswith("poison"):
        os.kill(os.getpid(), signal.SIGKILL)
    return call_somebody(session, message, now)


def main(plan: str) -> int:
    told = json.loads(plan)
    logging.basicConfig(level=logging.WARNING)
    settings = Settings.model_validate_json(told["settings"])
    database = db.connect(told["database"])
    mailroom = Mailroom(
        database, SmtpChannel(settings), write, real_clock, timedelta(seconds=told["lease_s"])
    )
    if told["ids"]:
        deliver(mailroom, told["ids"])
        return 0
    app = create_celery(settings)
    publish = publisher(app)
    add_tasks(app, mailroom, settings.mail_from, publish, Signer(KEYS))
    return run_worker(app, mailroom, hand_or_deliver(mailroom, publish), 2, beat=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
