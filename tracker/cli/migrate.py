"""`ringback migrate`: bring the database's tables up to what this code knows."""

from __future__ import annotations

import click
from sqlalchemy.exc import OperationalError

from tracker.db import UnsafeDatabaseError, refuse_unsafe
from tracker.installation import open_installation
from tracker.schema import SchemaError, migrate, revisions
from tracker.seeding import seed_defaults
from tracker.settings import SettingsError, load_settings


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database's tables up to what this release knows; done again, it changes nothing."""
    try:
        database = open_installation(load_settings()).database
        try:
            refuse_unsafe(database)
            before, _ = revisions(database)
            migrate(database)
            seed_defaults(database)
            after, _ = revisions(database)
        finally:
            database.dispose()
    except (SettingsError, UnsafeDatabaseError, SchemaError) as error:
        raise click.ClickException(str(error)) from error
    except OperationalError as error:
        msg = f"The database does not answer: {error.orig}. Run `ringback check`"
        raise click.ClickException(msg) from error
    if before == after:
        click.echo(f"The tables are up to date ({after}).")
    else:
        click.echo(f"Migrated from {before or 'an empty database'} to {after}.")
