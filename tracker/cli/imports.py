"""`ringback import`: lost deals come in from a CRM's export."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from tracker.cli.common import with_installation
from tracker.cli.import_history import take_back
from tracker.cli.import_summary import show_faults, show_summary
from tracker.imports import ImportOptions, QuestionError, import_file
from tracker.imports.cells.dates import DateOrder
from tracker.imports.cells.text import shown
from tracker.imports.errors import (
    AmbiguousDatesError,
    UnconfirmedKeyError,
    UnconfirmedMappingError,
    UnknownMappingError,
)
from tracker.imports.formats import FAMILIES
from tracker.imports.layout import field_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tracker.imports import ImportReport
    from tracker.imports.fields import Field
    from tracker.installation import Installation

EVERY_ROWS = 500
"""How often the progress bar hears of rows."""

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _mapping(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[Field, str], ...]:
    pairs = []
    for value in values:
        name, equals, heading = value.partition("=")
        if not equals:
            msg = f'{value!r}: write it as NAME=COLUMN, e.g. email="Work mail".'
            raise click.BadParameter(msg)
        try:
            pairs.append((field_named(name), heading.strip()))
        except UnknownMappingError as error:
            raise click.BadParameter(str(error).removeprefix("--map: ")) from error
    return tuple(pairs)


@click.command("import")
@click.argument("file", type=_FILE, required=False)
@click.option("--contacts", type=_FILE, help="HubSpot's export of contacts, to go with its deals.")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    callback=_mapping,
    metavar="NAME=COLUMN",
    help='Read our field NAME from this column, e.g. email="Work mail". Remembered.',
)
@click.option("--dry-run", is_flag=True, help="Say what would happen, change nothing.")
@click.option(
    "--date-order",
    type=click.Choice([str(order) for order in DateOrder]),
    callback=lambda _context, _parameter, value: DateOrder(value) if value else None,
    help="How to read 03/04/2026, where the file does not show it.",
)
@click.option(
    "--format",
    type=click.Choice(list(FAMILIES)),
    callback=lambda _context, _parameter, value: value or "",
    help="Whose export it is, if not recognised.",
)
@click.option(
    "--key",
    "key_fallback",
    type=click.Choice(["fallback"]),
    callback=lambda _context, _parameter, value: value is not None,
    help="Without a deal ID: tell deals apart by account and name.",
)
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where rejected rows go; default: beside FILE, as NAME.rejects.csv.",
)
@click.option("--undo", type=int, metavar="ID", help="Take an import back; see them with: ringback imports")
@click.option(
    "--yes",
    is_flag=True,
    help="Take the columns and the key that Ringback proposes; with --undo, undo without being asked.",
)
@with_installation
def import_command(installation: Installation, /, file: Path | None, **given: Any) -> None:  # noqa: ANN401  (click's)
    """Import deals from FILE, a CSV as Pipedrive, HubSpot or Salesforce exports it, or one's own.

    Importing a file again updates and never doubles. Rows that cannot be read are listed and written
    to a file of their own: mend them there, and import that file as it is. For 30 days an import can be
    taken back with --undo.
    """
    if (number := given.pop("undo")) is not None:
        if file is not None:
            msg = "--undo takes the ID of an import and no file. See the IDs with: ringback imports"
            raise click.UsageError(msg)
        take_back(installation, number, ask=not given["yes"] and _can_ask())
        return
    if file is None:
        msg = "Name the FILE to import."
        raise click.UsageError(msg)
    given["rejects"] = given["rejects"] or file.with_name(f"{file.stem}.rejects.csv")
    _spare_the_exports(given["rejects"], file, given["contacts"])
    options = ImportOptions(**given)
    report = _import(installation, file, options)
    console = Console(highlight=False)
    show_faults(console, report)
    show_summary(console, report)
    if not report.accepted:
        sys.exit(1)


def _spare_the_exports(rejects: Path, *exports: Path | None) -> None:
    """Refuse to write the rejected rows over a file that is being imported.

    Raises:
        click.UsageError: they would go there.

    """
    if any(export and rejects.resolve() == export.resolve() for export in exports):
        name = shown(str(rejects))
        msg = f"--rejects: {name} is being imported and would be overwritten. Name another file."
        raise click.UsageError(msg)


def answered(question: QuestionError, options: ImportOptions) -> ImportOptions:
    """Put a question to the person at the terminal, and give the options with the answer.

    Raises:
        click.Abort: they do not confirm.

    """
    if isinstance(question, AmbiguousDatesError):
        prompt = f"{question.column!r} has {question.example!r}. How do its dates begin?"
        order = click.prompt(prompt, type=click.Choice([str(order) for order in DateOrder]), err=True)
        return replace(options, date_order=DateOrder(order))
    if isinstance(question, UnconfirmedMappingError):
        for field, heading in question.guess:
            click.echo(f"  {field.replace('_', ' '):<14} from {heading!r}", err=True)
        if question.unused:
            click.echo(f"  not used:      {', '.join(map(repr, question.unused))}", err=True)
        click.confirm("Read the columns like this?", abort=True, err=True)
        return replace(options, confirmed=True)
    if isinstance(question, UnconfirmedKeyError):
        click.echo("There is no column with a deal ID.", err=True)
        click.confirm("Tell deals apart by account and deal name?", abort=True, err=True)
        return replace(options, key_fallback=True)
    raise question


def _import(installation: Installation, file: Path, options: ImportOptions) -> ImportReport:
    """Import, asking what only a person knows; where nobody can be asked, say which option answers."""
    can_ask = _can_ask()
    while True:
        try:
            with _progress(escape(shown(file.name))) as progress:
                return import_file(installation, file, options, datetime.now(UTC), progress)
        except QuestionError as question:
            if not can_ask:
                raise click.UsageError(str(question)) from question
            options = answered(question, options)
        except UnknownMappingError as error:
            raise click.UsageError(str(error)) from error


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal, nothing elsewhere."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)

        def heard(done: int, total: int) -> None:
            if done % EVERY_ROWS == 0 or done == total:
                bar.update(task, completed=done, total=total)

        yield heard
