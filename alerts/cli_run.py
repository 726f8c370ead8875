"""`ringback run` and `ringback serve`: the web server, with the worker inside or elsewhere."""

from __future__ import annotations

import socket
import sys
from contextlib import ExitStack
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from tracker.cli.common import with_installation
from tracker.cli.first_admin import offer_first_admin
from tracker.logs import configuration, configure
from tracker.seeding import seed_defaults
from tracker.settings import hand_down

if TYPE_CHECKING:
    from tracker.installation import Installation
    from tracker.settings import Settings

STOP_WITHIN_S = 40
"""A worker process that has not stopped by then is killed; its rows tell the next one what was left."""
SHARED_FIGURES = "PROMETHEUS_MULTIPROC_DIR"
"""By this variable the library of the figures knows where several processes share theirs."""


@click.command("run")
@with_installation
def run_command(installation: Installation) -> None:
    """Run everything in one process: web, worker and schedule.

    The default is one SQLite file in RINGBACK_DATA_DIR and no other server.
    """
    settings = installation.settings
    if not settings.embedded:
        msg = (
            "RINGBACK_BROKER_URL is set, so workers run elsewhere: use `ringback serve` and"
            " `ringback worker`. Without it, `ringback run` does all in one process."
        )
        raise click.UsageError(msg)
    _serve(installation, processes=1, as_json=not sys.stderr.isatty())


@click.command("serve")
@with_installation
def serve_command(installation: Installation) -> None:
    """Run the web processes; mails are sent by `ringback worker`.

    Needs RINGBACK_DATABASE_URL (PostgreSQL), RINGBACK_BROKER_URL (Redis or RabbitMQ) and RINGBACK_KEYS.
    """
    settings = installation.settings
    if settings.embedded:
        msg = "RINGBACK_BROKER_URL is not set: set it, or use `ringback run`, which needs no broker."
        raise click.UsageError(msg)
    with ExitStack() as stack:
        if settings.metrics_token and settings.web_processes > 1:
            # Before anything loads that library, since it looks only then.
            folder = stack.enter_context(TemporaryDirectory(prefix="ringback-metrics-"))
            hand_down(SHARED_FIGURES, folder)
        _serve(installation, processes=settings.web_processes, as_json=True)


def _serve(installation: Installation, processes: int, *, as_json: bool) -> None:
    settings = installation.settings
    seed_defaults(installation.database)
    _refuse_taken_port(settings)
    offer_first_admin(installation, err=False)
    # The server's processes open their own; a connection must not cross into them.
    installation.database.dispose()
    click.echo(
        f"Ringback listens on http://{settings.host}:{settings.port}; reps reach it at {settings.base_url}"
    )
    configure(settings.log_level, as_json=as_json)
    Granian(
        "wsgi:create_app",
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.host,
        port=settings.port,
        workers=processes,
        blocking_threads=settings.web_threads,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=configuration(settings.log_level, as_json=as_json),
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_WITHIN_S,
    ).serve()


def _refuse_taken_port(settings: Settings) -> None:
    """Say which port is taken before anything is started.

    Raises:
        click.ClickException: something else listens there.

    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            msg = (
                f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}."
                " Set RINGBACK_PORT to a free one (and RINGBACK_BASE_URL to match)."
            )
            raise click.ClickException(msg) from error
