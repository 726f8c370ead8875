"""`ringback key-lost`: go on with another key under which nobody who asked to be left alone is known."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from sqlalchemy import func, select

from tracker.cli.common import said_plainly
from tracker.cli.noted import noted
from tracker.hash_key import remember_key
from tracker.installation import open_installation
from tracker.models import Suppression
from tracker.schema import require_current
from tracker.settings import load_settings
from tracker.words import Thing


@click.command("key-lost")
@click.option("--yes", is_flag=True, help="Do not ask.")
def key_lost_command(*, yes: bool) -> None:
    """Go on although the key of the stored wishes to be left alone is lost.

    Those wishes can no longer be read. Import your lists of them again at once, before any mailing.
    """
    with said_plainly():
        installation = open_installation(load_settings())
        require_current(installation.database)
        with installation.database.reading() as session:
            wishes = session.scalar(select(func.count()).select_from(Suppression)) or 0
        if not yes:
            # Asked before the writing begins: visits must not wait for an answer.
            click.confirm(f"{wishes} wishes to be left alone will be recognised no more. Go on?", abort=True)
        with installation.database.writing() as session:
            remember_key(session, installation.signer, datetime.now(UTC))
            noted(session, "give up the lost key", Thing.SUPPRESSION)
    click.echo(
        "The present key counts from now on. Import your lists again now: `ringback suppress FILE --kind …`"
    )
