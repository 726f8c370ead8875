"""`ringback worker`: sends the mails of a scaled-out installation, as many as one wants to run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol

import click
from celery import bootsteps
from celery.signals import setup_logging, worker_process_init

from alerts.doctor import vital_signs
from alerts.pacer import Pacer, hand_or_deliver
from alerts.policy import Policy
from alerts.tasks import add_tasks
from alerts.worker import create_celery, publisher
from alerts.workplace import mailroom_of
from tracker.cli.common import with_installation
from tracker.doctor.vital import watch
from tracker.garbage import settle
from tracker.logs import configure

if TYPE_CHECKING:
    from celery import Celery

    from alerts.delivery import Mailroom
    from alerts.sweep import Hand
    from tracker.db import Database
    from tracker.installation import Installation


@click.command("worker")
@click.option(
    "--concurrency", type=click.IntRange(1, 64), default=2, show_default=True, help="Child processes."
)
@click.option("--no-beat", is_flag=True, help="Leave the schedule to the other workers.")
@with_installation
def worker_command(installation: Installation, concurrency: int, no_beat: bool) -> None:  # noqa: FBT001  (a flag)
    """Send mails, until told to stop by SIGTERM.

    Needs RINGBACK_BROKER_URL, and a database and keys shared with the web processes.
    """
    settings = installation.settings
    if settings.embedded:
        msg = "RINGBACK_BROKER_URL is not set: `ringback run` sends its mails itself and needs no worker."
        raise click.UsageError(msg)
    configure(settings.log_level, as_json=True)
    setup_logging.connect(_keep_our_logging, weak=False)
    mailroom = mailroom_of(installation, Policy.of(settings))
    app = create_celery(settings)
    publish = publisher(app)
    add_tasks(app, mailroom, settings.mail_from, publish, installation.signer, settings.phone_region)
    looker = watch(settings, installation.database, mailroom.clock, vital_signs)
    app.steps["worker"].add(_step_of("Watch", looker))
    sys.exit(run_worker(app, mailroom, hand_or_deliver(mailroom, publish), concurrency, beat=not no_beat))


def _keep_our_logging(**_: object) -> None:
    """Be there: as long as somebody sees to logging, Celery does not."""


def run_worker(app: Celery, mailroom: Mailroom, hand: Hand, concurrency: int, *, beat: bool) -> int:
    """Run Celery's worker in the foreground, with a pacer beside it; gives its exit code."""
    database = mailroom.database
    # Connections must not cross a fork, in either direction.
    database.dispose()
    settle()  # before the children are forked, so that they share it
    worker_process_init.connect(lambda **_: _forget_connections(database), weak=False)
    app.steps["worker"].add(_step_of("Pacer", Pacer(mailroom, hand)))
    celery_worker = app.Worker(
        pool="prefork",
        concurrency=concurrency,
        beat=beat,
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    celery_worker.start()
    return int(celery_worker.exitcode or 0)


class Beside(Protocol):
    """Something that runs beside the worker, in the parent."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End."""


def _step_of(label: str, beside: Beside) -> type[bootsteps.StartStopStep]:
    """Make the step that runs something in the parent, once the children are forked."""

    class Step(bootsteps.StartStopStep):  # type: ignore[misc]
        name = f"{__name__}.{label}"  # Celery takes two steps of one name for the same
        requires = ("celery.worker.components:Pool",)

        def start(self, parent: Any) -> None:  # noqa: ANN401
            del parent
            beside.start()

        def stop(self, parent: Any) -> None:  # noqa: ANN401
            del parent
            beside.stop()

        terminate = stop

    return Step


def _forget_connections(database: Database) -> None:
    """In a child: leave the parent's connections alone, and open our own."""
    database.forget()
