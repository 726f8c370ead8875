"""What an import came to, as a table for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from tracker.imports.cells.text import shown
from tracker.imports.encoding import encoding_name

if TYPE_CHECKING:
    from rich.console import Console

    from tracker.imports import ImportReport

SHOWN = 20
"""Faults that are listed on the screen."""
NAMED = 10
"""Owners and reasons that are listed by name."""


def show_faults(console: Console, report: ImportReport) -> None:
    """List what is wrong with which row."""
    for fault in report.faults[:SHOWN]:
        place = f"line {fault.line}" + (f", {fault.column}" if fault.column else "")
        console.print(f"[red]{escape(shown(place))}:[/red] {escape(fault.reason)}", soft_wrap=True)
    if len(report.faults) > SHOWN:
        console.print("… and more.", soft_wrap=True)
    if report.rejects:
        where = escape(shown(str(report.rejects)))
        console.print(f"Rejected rows are in {where}: mend them there and import that file.", soft_wrap=True)


def show_summary(console: Console, report: ImportReport) -> None:
    """Show the counts, and what is left to do."""
    table = Table(show_header=False, box=None, title="Would import" if report.is_dry_run else "Imported")
    table.title_justify = "left"
    table.add_column()
    table.add_column(justify="right")
    deals, people = report.deals, report.people
    for label, number in (
        (f"Rows ({report.family})", report.rows),
        ("Rows rejected", report.rejected),
        ("Deals new", deals.new),
        ("Deals updated", deals.updated),
        ("Deals unchanged", deals.unchanged),
        ("Deals lost", deals.lost),
        ("Deals open", deals.open),
        ("Deals won", deals.won),
        ("People new", people.new),
        ("People updated", people.updated),
        ("Owners without a user", len(report.unmapped_owners)),
        ("Reasons without a kind", len(report.unsorted_reasons)),
        *((label, number) for label, number in _rare(report) if number),
    ):
        table.add_row(label, f"{number:,}")
    console.print(table)
    if report.import_id is not None:
        console.print(
            f"It can be undone for 30 days: ringback import --undo {report.import_id}", soft_wrap=True
        )
    for warning in (*report.warnings, *report.notes):
        console.print(f"[yellow]{escape(shown(warning))}[/yellow]", soft_wrap=True)
    if not report.warnings and encoding_name(report.encoding) != encoding_name("utf-8"):
        console.print(f"The file was read as {encoding_name(report.encoding)}.", soft_wrap=True)
    if report.date_order:
        console.print(f"Dates were read {report.date_order}.", soft_wrap=True)
    if report.unmapped_owners:
        names = _some(report.unmapped_owners)
        console.print(f"Whose are these? {names}: ringback owners map NAME EMAIL", soft_wrap=True)
    if report.unsorted_reasons:
        reasons = _some(report.unsorted_reasons)
        console.print(f"What do these come to? {reasons}: ringback reasons set PHRASE KIND", soft_wrap=True)


def _rare(report: ImportReport) -> tuple[tuple[str, int], ...]:
    return (
        ("People left out: asked not to be tracked", report.people.left_out),
        ("Contact IDs not in the contacts file", report.unknown_contacts),
    )


def _some(texts: tuple[str, ...]) -> str:
    more = ", …" if len(texts) > NAMED else ""
    return escape(", ".join(repr(text[:60]) for text in texts[:NAMED]) + more)
