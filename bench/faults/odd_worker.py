"""Workers of which one part is odd: `python -m bench.faults.odd_worker kills|waits …`.

Everything else is the worker of `ringback worker`, put together from the same parts.

`kills READER LEASE_S`: writing the mail to this reader ends the process, as the kernel does when memory is
short. `waits FOLDER`: a mail that is claimed is only written when the file `go` is in the folder; `claimed`
says that it waits.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from alerts.cli_worker import run_worker
from alerts.pacer import hand_or_deliver
from alerts.policy import Policy
from alerts.tasks import add_tasks
from alerts.worker import create_celery, publisher
from alerts.workplace import mailroom_of
from tracker.installation import open_installation
from tracker.models import User
from tracker.settings import PREFIX, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.delivery import Compose, Mailroom
    from alerts.mail import Mail, NotSent
    from alerts.models import Message

LOOK_EVERY_S = 0.02
CHILDREN = 2
END_WITHIN_S = 5


@contextmanager
def odd_worker(environ: Mapping[str, str], log: Path, *oddity: str) -> Iterator[int]:
    """Run one, with its children, for as long as the block lasts; gives its id."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603  (this interpreter)
            [sys.executable, "-m", "bench.faults.odd_worker", *oddity],
            env=kept | dict(environ),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(END_WITHIN_S)


def _killing(mailroom: Mailroom, reader: str) -> Compose:
    def write(session: Session, message: Message, now: datetime) -> Mail | NotSent:
        if session.get_one(User, message.user_id).email == reader:
            os.kill(os.getpid(), signal.SIGKILL)
        return mailroom.compose(session, message, now)

    return write


def _waiting(mailroom: Mailroom, folder: Path) -> Compose:
    def write(session: Session, message: Message, now: datetime) -> Mail | NotSent:
        (folder / "claimed").touch()
        while not (folder / "go").exists():
            time.sleep(LOOK_EVERY_S)
        return mailroom.compose(session, message, now)

    return write


def main(oddity: str, *told: str) -> int:
    """Work until ended."""
    logging.basicConfig(level=logging.WARNING)
    settings = load_settings()
    installation = open_installation(settings)
    mailroom = mailroom_of(installation, Policy.of(settings))
    if oddity == "kills":
        reader, lease_s = told
        mailroom = replace(
            mailroom, compose=_killing(mailroom, reader), lease=timedelta(seconds=float(lease_s))
        )
    else:
        mailroom = replace(mailroom, compose=_waiting(mailroom, Path(told[0])))
    app = create_celery(settings)
    publish = publisher(app)
    add_tasks(app, mailroom, settings.mail_from, publish, installation.signer)
    return run_worker(app, mailroom, hand_or_deliver(mailroom, publish), CHILDREN, beat=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
