"""`ringback migrate`: bring the database's tables up to what this code knows."""

from __future__ import annotations

import click

from tracker.cli.common import said_plainly
from tracker.db import refuse_unsafe
from tracker.installation import open_installation
from tracker.schema import migrate, revisions
from tracker.seeding import seed_defaults
from tracker.settings import load_settings


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database's tables up to what this release knows; done again, it changes nothing."""
    with said_plainly():
        database = open_installation(load_settings()).database
        try:
            refuse_unsafe(database)
            before, _ = revisions(database)
            migrate(database)
            seed_defaults(database)
            after, _ = revisions(database)
        finally:
            database.dispose()
    if before == after:
        click.echo(f"The tables are up to date ({after}).")
    else:
        click.echo(f"Migrated from {before or 'an empty database'} to {after}.")
