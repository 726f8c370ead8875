"""`ringback stats`: what came in, what was dropped and why, and what the campaigns led to."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from tracker.cli.common import with_installation
from tracker.stats import CampaignCounts, Section, campaigns, sections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy.orm import Session

    from tracker.installation import Installation

HEADINGS = ("campaign", "machine", "unconfirmed", "engaged", "confirmed", "people")


def stats_command(more: Callable[[Session], Iterable[Section]] = lambda _session: ()) -> click.Command:
    """Make the command; `more` gives further sections, of tables that the tracker does not know."""

    @click.command("stats")
    @click.option("--json", "as_json", is_flag=True, help="For programs.")
    @with_installation
    def stats(installation: Installation, *, as_json: bool) -> None:
        """Count visits by state, dropped hits by reason, alerts by decision, and each campaign's visits."""
        with installation.database.reading() as session:
            counted = [*sections(session), *more(session)]
            mailings = campaigns(session)
        click.echo(_as_json(counted, mailings) if as_json else _as_text(counted, mailings))

    return stats


def _as_json(counted: list[Section], mailings: list[CampaignCounts]) -> str:
    answer: dict[str, object] = {section.title: dict(section.rows) for section in counted}
    answer["Campaigns"] = [asdict(each) for each in mailings]
    return json.dumps(answer, indent=2)


def _as_text(counted: list[Section], mailings: list[CampaignCounts]) -> str:
    parts = []
    for section in counted:
        width = max((len(name) for name, _ in section.rows), default=0)
        rows = [f"  {name:<{width}}  {number:>9,}" for name, number in section.rows] or ["  none"]
        parts.append("\n".join([section.title, *rows]))
    width = max([len(HEADINGS[0]), *(len(each.label) for each in mailings)])
    lines = [f"  {HEADINGS[0]:<{width}}" + "".join(f"{heading:>13}" for heading in HEADINGS[1:])]
    for each in mailings:
        numbers = (each.machine, each.unconfirmed, each.engaged, each.confirmed, each.people)
        lines.append(f"  {each.label:<{width}}" + "".join(f"{number:>13,}" for number in numbers))
    if not mailings:
        lines = ["  none"]
    parts.append("\n".join(["Visits by campaign (people: with a confirmed visit)", *lines]))
    return "\n\n".join(parts)
