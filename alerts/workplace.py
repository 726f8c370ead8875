"""Where mails are worked on: in this process when embedded, else by workers behind a broker.

Puts the parts of delivery together for one installation, for the web process and the worker alike.
"""

from __future__ import annotations

from datetime import UTC, datetime
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING

from alerts.channels.mail import KEEP_S, SmtpChannel
from alerts.compose import compose
from alerts.decide import Decider
from alerts.delivery import Mailroom
from alerts.embedded import start_embedded
from alerts.nudge import Nudger
from alerts.recheck import rechecker
from alerts.worker import create_celery, publisher

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

    from alerts.mail import Mail, NotSent
    from alerts.models import Message
    from alerts.policy import Policy
    from tracker.ingest.pipeline import Nudge
    from tracker.installation import Installation

STOP_FIRST = 100
"""Priority at a process's end: before anything that the worker needs is taken down."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


def mailroom_of(
    installation: Installation, policy: Policy, clock: Callable[[], datetime] = _utc_now
) -> Mailroom:
    """Give delivery what it works with: SMTP, the words, and one last look before sending."""
    still_wanted = rechecker(installation)

    def write(session: Session, message: Message, now: datetime) -> Mail | NotSent:
        return compose(session, installation, message, now, still_wanted=still_wanted)

    settings = installation.settings
    return Mailroom(
        installation.database,
        SmtpChannel(settings, KEEP_S),
        write,
        clock,
        Mailroom.lease_for(settings),
        Decider(installation, policy).again,
    )


def way_to_workers(
    installation: Installation, policy: Policy, clock: Callable[[], datetime] = _utc_now
) -> Callable[[Sequence[Nudge]], None]:
    """Give the function that nudges a worker, and start that worker when it is embedded.

    It is stopped cleanly when the process ends, a web server's child included.
    """
    settings = installation.settings
    if not settings.embedded:
        return Nudger(publisher(create_celery(settings)), clock).nudge
    worker = start_embedded(settings, mailroom_of(installation, policy, clock), installation.signer)
    # Children of multiprocessing, which web servers fork or spawn, do not run `atexit`.
    Finalize(None, worker.stop, exitpriority=STOP_FIRST)
    return worker.nudge
