"""`ringback backup` and `ringback restore`, of an embedded installation."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from tracker.backup import back_up, places_of
from tracker.cli.common import said_plainly
from tracker.errors import PlainError
from tracker.restore import restore
from tracker.settings import load_settings

FILE = click.Path(dir_okay=False, path_type=Path)
MEGABYTE = 1_000_000


@click.command("backup")
@click.argument("file", type=FILE)
def backup_command(file: Path) -> None:
    """Write the SQLite database, its inbox and the signing keys into FILE, while Ringback runs.

    FILE can sign links and holds what is known of people: keep it as safe as the installation itself.
    With PostgreSQL, pg_dump does this: docs/operations.md.
    """
    with said_plainly():
        settings = load_settings()
    try:
        size = back_up(places_of(settings), file, datetime.now(UTC))
    except PlainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {size / MEGABYTE:,.1f} MB, checked.")
    if settings.keys:
        click.echo(
            "The keys are in RINGBACK_KEYS, not in this file: keep them too, links are signed with them."
        )


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Also where a database is: it is kept in a folder beside.")
def restore_command(file: Path, *, replace: bool) -> None:
    """Bring FILE of `ringback backup` back, while Ringback is stopped."""
    with said_plainly():
        settings = load_settings()
        try:
            done = restore(file, places_of(settings), datetime.now(UTC), replace=replace)
        except PlainError as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"Restored as of {done.made_at:%Y-%m-%d %H:%M} UTC.")
    if done.aside:
        click.echo(f"What was there is in {done.aside}.")
    if settings.keys and done.with_keys:
        click.echo("RINGBACK_KEYS is set and counts, not the keys of the backup: they must be the same.")
    elif not settings.keys and not done.with_keys:
        click.echo("The backup holds no keys: set RINGBACK_KEYS as it was, or links in mails are dead.")
    click.echo(
        "Wishes to be left alone that came since then are gone: import those lists again before any mailing."
    )
