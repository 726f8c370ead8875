"""`ringback why EMAIL`: the answer to "why did I get no alert?"."""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from sqlalchemy import select

from alerts.briefing.moments import UTC_ZONE, zone_named
from alerts.plain import plain
from alerts.why import explain, spoken, when
from tracker.cli.common import with_installation
from tracker.models import Prospect
from tracker.names import email_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from alerts.why import Explanation, Line
    from tracker.installation import Installation

MAX_SHOWN = 100
"""Characters of an address that nobody has, as a message repeats it."""
COLUMNS = 100
"""Of a terminal, at most."""


@click.command("why")
@click.argument("email")
@with_installation
def why_command(installation: Installation, email: str) -> None:
    """Say why there was an alert about EMAIL, or why there was none."""
    now = datetime.now(UTC)
    with installation.database.reading() as session:
        prospect_id = session.scalar(select(Prospect.id).where(Prospect.email_key == email_key(email)))
        if prospect_id is None:
            shown = plain(email, MAX_SHOWN)
            msg = (
                f"nobody with the address {shown} is on record. Check its spelling, or import the deals"
                " that name it: `ringback import FILE`"
            )
            raise click.ClickException(msg)
        explanation = explain(session, installation, prospect_id, now)
    zone = zone_named(installation.settings.time_zone) or UTC_ZONE
    click.echo("\n".join(report(explanation, now, zone)))


def report(explanation: Explanation, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """Write an explanation as the lines of a terminal; times in `zone`, which is named."""
    who = explanation.who + (f", {explanation.account}" if explanation.account else "")
    yield " ".join(f"{who} <{explanation.email}>".split())
    yield from _wrapped([explanation.answer], now, zone, "")
    yield f"Times are in {zone.key}."
    yield ""
    yield from _section("Standing", explanation.standing, now, zone)
    for visit in explanation.visits:
        yield ""
        yield f"Visit {when(visit.at, now, zone)}: {visit.state}"
        yield from _wrapped([visit.answer], now, zone, "  ")
        yield from _section("  Seen", visit.seen, now, zone)
        yield from _section("  Judged", visit.judged, now, zone)
        yield from _section("  Done", visit.done, now, zone)
    if explanation.older:
        yield ""
        yield f"Visits before those: {explanation.older}, not shown."


def _section(heading: str, lines: tuple[Line, ...], now: datetime, zone: ZoneInfo) -> Iterator[str]:
    if lines:
        yield heading
        yield from _wrapped(lines, now, zone, " " * (len(heading) - len(heading.lstrip()) + 2))


def _wrapped(
    lines: tuple[Line, ...] | list[Line], now: datetime, zone: ZoneInfo, margin: str
) -> Iterator[str]:
    for line in lines:
        yield textwrap.fill(
            " ".join(spoken(line, now, zone).split()),
            COLUMNS,
            initial_indent=margin,
            subsequent_indent=f"{margin}  ",
            break_on_hyphens=False,
            break_long_words=False,
        )
