"""`ringback audit`: who changed what, and when."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from tracker.audit import entries
from tracker.cli.common import with_installation
from tracker.models import AuditEntry
from tracker.words import Thing

if TYPE_CHECKING:
    from tracker.audit import Told
    from tracker.installation import Installation


@click.command("audit")
@click.option("--last", "limit", metavar="N", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.option(
    "--about", type=click.Choice([str(thing) for thing in Thing]), help="Only what changed of these."
)
@with_installation
def audit_command(installation: Installation, limit: int, about: str | None) -> None:
    """List who changed what, the newest last; times are UTC."""
    with installation.database.reading() as session:
        told = entries(session, limit, *([AuditEntry.thing == Thing(about)] if about else ()))
    if not told:
        click.echo("Nothing is on record yet.")
    for one in reversed(told):
        click.echo(_line(one))


def _line(told: Told) -> str:
    entry = told.entry
    number = "" if entry.thing_id is None else f" {entry.thing_id}"
    return f"{entry.at:%Y-%m-%d %H:%M:%S}  {told.who}: {entry.verb} {entry.thing}{number}{_change(told)}"


def _change(told: Told) -> str:
    before, after = told.entry.before, told.entry.after
    parts = [
        f"{name}: {_value(before[name])} → {_value(value)}" if name in before else f"{name}: {_value(value)}"
        for name, value in after.items()
        if name in before or value not in (None, "")
    ]
    parts += [f"{name} was {_value(value)}" for name, value in before.items() if name not in after]
    return f"  ({', '.join(parts)})" if parts else ""


def _value(value: object) -> str:
    return "none" if value is None else json.dumps(value, ensure_ascii=False)
