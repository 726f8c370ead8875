"""While there is no admin, the terminal shows the address that makes the first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tracker.people.first_admin import first_address, has_admin

if TYPE_CHECKING:
    from tracker.installation import Installation


def offer_first_admin(installation: Installation) -> None:
    """Show the address on stderr, unless there is an admin."""
    with installation.database.reading() as session:
        if has_admin(session):
            return
    address = first_address(installation.signer, installation.settings.base_url, datetime.now(UTC))
    click.echo(
        f"There is no admin yet. Open this within an hour to become the first; it works once:\n  {address}",
        err=True,
    )
