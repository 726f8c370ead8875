"""`ringback suppress`: people who asked to be left alone."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tracker.cli.common import with_installation
from tracker.cli.listed import addresses_of, show_faulty_lines
from tracker.cli.noted import noted
from tracker.suppression import lift, suppress
from tracker.words import SuppressionKind, Thing

if TYPE_CHECKING:
    from tracker.installation import Installation

_KINDS = {str(kind).replace("_", "-"): kind for kind in SuppressionKind}


@click.command("suppress")
@click.argument("who", metavar="FILE|EMAIL")
@click.option("--kind", type=click.Choice(list(_KINDS)), required=True, help="What they asked for.")
@click.option("--source", default="", metavar="TEXT", help="Where they said so; default: the file's name.")
@click.option("--lift", "is_lifted", is_flag=True, help="They say otherwise now: forget the wish.")
@with_installation
def suppress_command(
    installation: Installation, who: str, kind: str, source: str, *, is_lifted: bool
) -> None:
    """Record the wish of one address, or of a list: a CSV with an e-mail column, or an address a line.

    Unsubscribing, not being called and not being tracked are three wishes. Only a keyed hash of each
    address is kept.
    """
    listed, default_source = addresses_of(who)
    wish = _KINDS[kind]
    with installation.database.writing() as session:
        noted(
            session, "lift" if is_lifted else "add", Thing.SUPPRESSION, kind=wish, people=len(listed.emails)
        )
        if is_lifted:
            changed = lift(session, installation.signer, listed.emails, wish)
        else:
            changed = suppress(
                session, installation.signer, listed.emails, wish, source or default_source, datetime.now(UTC)
            )
    show_faulty_lines(listed.faults)
    done = "lifted" if is_lifted else "recorded"
    click.echo(f"Addresses: {len(listed.emails):,}. {kind}: {changed:,} newly {done}.")
    if not listed.emails:
        sys.exit(1)
