"""`ringback stats`: what came in, what was dropped and why, and what the campaigns led to."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from tracker.cli.common import with_installation
from tracker.stats import CampaignCounts, Section, Table, campaigns, sections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy.orm import Session

    from tracker.installation import Installation

CAMPAIGNS = "Visits by campaign (people: with a confirmed visit)"
HEADINGS = ("campaign", "machine", "unconfirmed", "engaged", "confirmed", "people")


NONE = "-"
"""Where there is no figure to give."""
WIDTH = 100
"""Of the lines below a table, in characters."""


def stats_command(
    more: Callable[[Session], Iterable[Section | Table]] = lambda _session: (),
) -> click.Command:
    """Make the command; `more` gives further counts, of tables that the tracker does not know."""

    @click.command("stats")
    @click.option("--json", "as_json", is_flag=True, help="For programs.")
    @with_installation
    def stats(installation: Installation, *, as_json: bool) -> None:
        """Count visits, dropped hits, alerts and outcomes by name, and say which alerts were right."""
        with installation.database.reading() as session:
            counted = [*sections(session), *more(session)]
            mailings = campaigns(session)
        click.echo(_as_json(counted, mailings) if as_json else _as_text(counted, mailings))

    return stats


def _as_json(counted: list[Section | Table], mailings: list[CampaignCounts]) -> str:
    answer: dict[str, object] = {}
    for each in counted:
        if isinstance(each, Section):
            answer[each.title] = dict(each.rows)
        else:
            answer[each.title] = [dict(zip(each.columns, row, strict=True)) for row in each.rows]
    answer["Campaigns"] = [asdict(each) for each in mailings]
    return json.dumps(answer, indent=2)


def _as_text(counted: list[Section | Table], mailings: list[CampaignCounts]) -> str:
    rows = tuple(
        (each.label, each.machine, each.unconfirmed, each.engaged, each.confirmed, each.people)
        for each in mailings
    )
    parts = [*counted, Table(CAMPAIGNS, HEADINGS, rows)]
    return "\n\n".join(_section(each) if isinstance(each, Section) else _table(each) for each in parts)


def _section(section: Section) -> str:
    width = max((len(name) for name, _ in section.rows), default=0)
    rows = [f"  {name:<{width}}  {number:>9,}" for name, number in section.rows] or ["  none"]
    return "\n".join([section.title, *rows])


def _table(table: Table) -> str:
    if not table.rows:
        return f"{table.title}\n  none"
    cells = [table.columns, *(tuple(_cell(value) for value in row) for row in table.rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(table.columns))]
    words = [isinstance(value, str) for value in table.rows[0]]
    lines = [
        "  ".join(
            cell.ljust(width) if is_word else cell.rjust(width)
            for cell, width, is_word in zip(row, widths, words, strict=True)
        ).rstrip()
        for row in cells
    ]
    note = textwrap.wrap(table.note, WIDTH, initial_indent="  ", subsequent_indent="  ")
    return "\n".join([table.title, *(f"  {line}" for line in lines), *note])


def _cell(value: str | float | None) -> str:
    match value:
        case None:
            return NONE
        case str():
            return value
        case int():
            return f"{value:,}"
        case _:
            return f"{value:.0%}"
