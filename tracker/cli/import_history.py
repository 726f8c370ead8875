"""`ringback imports`: what was brought in, by whom; and how an import is taken back at the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import select

from tracker.audit import COMMAND
from tracker.cli.common import with_installation
from tracker.ids import is_id
from tracker.imports.cells.text import shown
from tracker.imports.history import Counts, is_lost, who_did, why_not_undone
from tracker.imports.standing import later_imports
from tracker.imports.undo import UndoError, begin_undo, undo
from tracker.models import Import, User

if TYPE_CHECKING:
    from tracker.installation import Installation

SHOWN = 20
"""Imports that are listed."""


@click.command("imports")
@with_installation
def imports_command(installation: Installation, /) -> None:
    """List the latest imports, the newest first."""
    wanted = select(Import, User.name).outerjoin(User, User.id == Import.user_id)
    with installation.database.reading() as session:
        found = session.execute(wanted.order_by(Import.id.desc()).limit(SHOWN)).all()
    if not found:
        click.echo("Nothing was imported yet. Import a file with: ringback import FILE")
        return
    table = Table(box=None)
    for heading in ("ID", "When (UTC)", "Who", "File", "State", "New", "Updated", "Rejected"):
        table.add_column(
            heading, justify="right" if heading in ("ID", "New", "Updated", "Rejected") else "left"
        )
    for row, name in found:
        known = {key: value for key, value in row.report.items() if key != "undone"}
        counts = msgspec.convert(known, Counts)
        state = "stopped" if is_lost(row, datetime.now(UTC)) else str(row.status)
        when = f"{row.stamp or row.made_at:%Y-%m-%d %H:%M}"
        numbers = [f"{number:,}" for number in (counts.deals_new, counts.deals_updated, counts.rejected)]
        table.add_row(
            str(row.id), when, escape(who_did(row, name)), escape(shown(row.file_name)), state, *numbers
        )
    Console(highlight=False).print(table)


def take_back(installation: Installation, import_id: int, *, ask: bool) -> None:
    """Undo an import, and say what it came to.

    Where later imports stand on its deals, that is said first, and the person at the terminal is asked.

    Raises:
        tracker.imports.undo.UndoError: it cannot be taken back.
        click.Abort: they do not confirm.

    """
    with installation.database.reading() as session:
        row = session.get(Import, import_id) if is_id(import_id) else None
        if row is None:
            msg = f"There is no import {import_id}. See them with: ringback imports"
            raise UndoError(msg)
        can_undo = not why_not_undone(row, datetime.now(UTC))
        later = later_imports(session, row) if can_undo else ()
    for one in later:
        at_least = "at least " if one.is_more else ""
        click.echo(
            f"Import {one.id} ({shown(one.file_name)}) stands on deals of this one: {at_least}{one.deals:,}"
        )
    if later:
        click.echo(
            "These deals stay, with their people and companies, and belong to the later import then: undo it"
            " as well to take them away."
        )
        if ask:
            click.confirm(f"Undo import {import_id}?", abort=True, err=True)
    with installation.database.writing() as session:
        begin_undo(session, import_id, COMMAND, datetime.now(UTC))
    result = undo(installation.database, import_id, COMMAND, lambda: datetime.now(UTC))
    click.echo(f"Deals deleted: {result.deals_deleted:,}; as before: {result.deals_restored:,}")
    click.echo(f"People deleted: {result.people_deleted:,}; as before: {result.people_restored:,}")
    for why, number in result.kept.items():
        click.echo(f"Stays, {number:,}: {why}")
