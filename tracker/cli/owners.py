"""`ringback owners`: whom the CRM's owner names stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli.common import with_installation
from tracker.cli.noted import noted
from tracker.owners import list_owners, map_owner
from tracker.words import Thing

if TYPE_CHECKING:
    from tracker.installation import Installation


@click.group("owners", invoke_without_command=True)
@click.pass_context
def owners_command(context: click.Context) -> None:
    """List the owners that imports named and whom they stand for, the unknown first."""
    if context.invoked_subcommand is None:
        _list()


@owners_command.command("map")
@click.argument("name")
@click.argument("email")
@with_installation
def owners_map(installation: Installation, name: str, email: str) -> None:
    """Say that the owner NAME is the user with this address, e.g. `owners map "S. Reed" sam@example.com`."""
    with installation.database.writing() as session:
        user = map_owner(session, name, email)
        noted(session, "map", Thing.OWNER, owner=name, user_id=user.id)
    click.echo(f"{name} is {user.name} <{user.email}>.")


@with_installation
def _list(installation: Installation) -> None:
    with installation.database.reading() as session:
        lines = list_owners(session)
    if not lines:
        click.echo("No import has named an owner yet.")
    width = max((len(line.name) for line in lines), default=0)
    for line in lines:
        whose = f"{line.user_name} <{line.user_email}>" if line.user_email else "nobody yet"
        click.echo(
            f"{line.name:<{width}}  {line.deals:>6,} {'deal ' if line.deals == 1 else 'deals'}  {whose}"
        )
    if any(line.user_email is None for line in lines):
        click.echo("\nMap a name with: ringback owners map NAME EMAIL", err=True)
