"""While there is no admin, the terminal shows the address that makes the first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tracker.people.first_admin import first_address, has_admin

if TYPE_CHECKING:
    from tracker.installation import Installation


def offer_first_admin(installation: Installation, *, err: bool = True) -> None:
    """Show the address, unless there is an admin; a server's goes to standard output, where no logs are."""
    with installation.database.reading() as session:
        if has_admin(session):
            return
    address = first_address(installation.signer, installation.settings.base_url, datetime.now(UTC))
    click.echo(f"There is no admin yet: within an hour, one becomes the first at {address}", err=err)
