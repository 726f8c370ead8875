"""`ringback reasons`: the table that maps loss reasons to kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli.common import with_installation
from tracker.cli.noted import noted
from tracker.imports.reasons import (
    list_reason_rules,
    remove_reason_rule,
    seed_reason_rules,
    set_reason_rule,
)
from tracker.words import ReasonKind, Thing

if TYPE_CHECKING:
    from tracker.installation import Installation


@click.group("reasons", invoke_without_command=True)
@click.pass_context
def reasons_command(context: click.Context) -> None:
    """List the phrases that make a loss reason one of our kinds; the first that matches wins."""
    if context.invoked_subcommand is None:
        _list()


@reasons_command.command("set")
@click.argument("phrase")
@click.argument("kind", type=click.Choice([str(kind) for kind in ReasonKind]))
@with_installation
def reasons_set(installation: Installation, phrase: str, kind: str) -> None:
    """Say that reasons with PHRASE in them are of this KIND; a new phrase is tried first."""
    with installation.database.writing() as session:
        seed_reason_rules(session)
        changed = set_reason_rule(session, phrase, ReasonKind(kind))
        noted(session, "set a reason", Thing.RULE, phrase=phrase, kind=kind)
    click.echo(f"{phrase!r} means {kind}. Deals that changed: {changed:,}.")


@reasons_command.command("remove")
@click.argument("phrase")
@with_installation
def reasons_remove(installation: Installation, phrase: str) -> None:
    """Take the rule for PHRASE away."""
    with installation.database.writing() as session:
        seed_reason_rules(session)
        changed = remove_reason_rule(session, phrase)
        noted(session, "remove a reason", Thing.RULE, phrase=phrase)
    click.echo(f"{phrase!r} means nothing of its own any more. Deals that changed: {changed:,}.")


@with_installation
def _list(installation: Installation) -> None:
    with installation.database.writing() as session:
        seed_reason_rules(session)
        rules = list_reason_rules(session)
    for rule in rules:
        click.echo(f"{rule.kind:<14}{rule.phrase}")
