"""`ringback demo` and `ringback journey`: the newcomer's first ten minutes, by hand and without."""

from __future__ import annotations

import json
import signal
from dataclasses import asdict
from pathlib import Path
from threading import Event

import click

from tracker.errors import PlainError
from tracker.settings import SettingsError, load_settings

SITE_PORT = 8081
MAIL_PORT = 8082
SMTP_PORT = 8025
PORT = click.IntRange(1, 65535)


@click.command("demo")
@click.option("--site-port", type=PORT, default=SITE_PORT, show_default=True, help="Of Northwind's website.")
@click.option("--mail-port", type=PORT, default=MAIL_PORT, show_default=True, help="Of the mailbox page.")
@click.option("--smtp-port", type=PORT, default=SMTP_PORT, show_default=True, help="Of the mail server.")
def demo_command(site_port: int, mail_port: int, smtp_port: int) -> None:
    """Show Ringback at work: a sample company, its website, and a mailbox to watch.

    Needs nothing else; Ringback itself listens on RINGBACK_PORT. The data is made up, and afresh each time.
    """
    # What the demo is made of loads only for the demo.
    from demo.stage import Ports, run_demo  # noqa: PLC0415

    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: stop.set())
    try:
        settings = load_settings()
        ports = Ports(settings.port, site_port, mail_port, smtp_port)
        run_demo(settings.data_dir / "demo", ports, stop, click.echo)
    except (SettingsError, PlainError) as error:
        raise click.ClickException(str(error)) from error


@click.command("journey")
@click.argument("deals", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--contacts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="HubSpot's file of contacts, joined with its file of deals.",
)
@click.option(
    "--date-order",
    type=click.Choice(["day-first", "month-first"]),
    help="What a date like 03/04/2026 begins with, where the file does not show it.",
)
@click.option(
    "--visits",
    type=click.IntRange(1, 10_000),
    default=1,
    show_default=True,
    help="In all; those after the first are of made-up people over HTTP, for figures.",
)
@click.option(
    "--chromium",
    envvar="RINGBACK_CHROMIUM",
    type=click.Path(exists=True, dir_okay=False),
    help="The browser to walk with.  [default: the one installed]",
)
@click.option(
    "--window",
    type=click.FloatRange(0, 300),
    metavar="SECONDS",
    help="How long a call waits for more context.  [default: as the policy has it, 20]",
)
def journey_command(
    deals: Path,
    contacts: Path | None,
    date_order: str | None,
    visits: int,
    chromium: str | None,
    window: float | None,
) -> None:
    """Walk the whole way without hands, with the deals of FILE.

    Imports FILE into a database of its own, gives each owner a mailbox, writes links for a campaign, and
    has the first lost prospect come back to the sample site in Chromium, until the rep's mail is there.
    The last line is one JSON object; the exit code is 0 only if the right rep got the right mail.
    """
    from demo.journey import Wishes, travel  # noqa: PLC0415
    from tracker.imports import ImportOptions  # noqa: PLC0415
    from tracker.imports.cells.dates import DateOrder  # noqa: PLC0415

    order = DateOrder(date_order) if date_order else None
    # As `ringback import --yes --key fallback` would: nobody is there to be asked.
    options = ImportOptions(contacts=contacts, date_order=order, key_fallback=True, yes=True)
    try:
        travelled, figures = travel(
            Wishes(deals, options, visits, chromium, window), lambda line: click.echo(line, err=True)
        )
    except (SettingsError, PlainError) as error:
        raise click.ClickException(str(error)) from error
    for page, each in figures.items():
        click.echo(f"Decision to mail, {page}: {each}.", err=True)
    more = {"decision_to_mail": {page: asdict(each) for page, each in figures.items()}} if figures else {}
    click.echo(json.dumps(asdict(travelled) | more, ensure_ascii=False))
