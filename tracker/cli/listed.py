"""What commands share that take one address or a list of them: reading it, and showing what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.imports.addresses import Addresses, Entry, read_addresses
from tracker.imports.cells.fault import CellError
from tracker.imports.cells.person import parse_email, split_addresses

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tracker.imports.rejects import Fault

SHOWN = 20
"""Faulty lines, or addresses of a kind, that are listed."""


def addresses_of(who: str, beside: Sequence[Collection[str]] = ()) -> tuple[Addresses, str]:
    """Give the addresses that an argument FILE|EMAIL means, and where they come from, in words.

    Several addresses may stand there, parted by commas or semicolons.
    `beside` names further columns, as for `read_addresses`.

    Raises:
        click.UsageError: it is neither a file nor an address.
        tracker.imports.errors.ImportFailedError: the file cannot be used.

    """
    path = Path(who)
    if _is_there(path):
        return read_addresses(path, beside), f"list {path.name}"
    try:
        entries = tuple(
            Entry(1, parse_email(text), ("",) * len(beside)) for text in split_addresses(who) or [who]
        )
    except CellError as error:
        msg = f"{who!r} is neither a file nor an e-mail address."
        raise click.UsageError(msg) from error
    return Addresses(entries, (), ("",) * len(beside)), "command line"


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # many addresses make a name that no file can have
        return False


def show_faulty_lines(faults: Sequence[Fault]) -> None:
    """Say what is wrong with the first of these lines, and how many more there are."""
    for fault in faults[:SHOWN]:
        click.echo(f"line {fault.line}: {fault.reason}", err=True)
    if len(faults) > SHOWN:
        click.echo(f"… and {len(faults) - SHOWN:,} more lines that cannot be read.", err=True)


def show_people(sentence: str, emails: Sequence[str]) -> None:
    """Say of how many people a sentence is true, and name the first of them; nothing when there are none."""
    if not emails:
        return
    click.echo(f"{sentence} {len(emails):,}")
    for email in emails[:SHOWN]:
        click.echo(f"  {email}")
    if len(emails) > SHOWN:
        click.echo(f"  … and {len(emails) - SHOWN:,} more")
