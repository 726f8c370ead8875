"""`ringback check`: the doctor. Runs on anything, also on what does not start."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tracker.doctor.examination import examine
from tracker.doctor.finding import Level

if TYPE_CHECKING:
    from tracker.doctor.examination import Further

COLOURS = {Level.WELL: "green", Level.MIND: "yellow", Level.ILL: "red"}


def check_command(more: Further = lambda _session, _now: ()) -> click.Command:
    """Make the command; `more` looks at tables that the tracker does not know."""

    @click.command("check")
    def check() -> None:
        """Look at settings, keys, database, broker, mail server, sites, people, imports and mails.

        ✓ is well, ! should be known, ✗ does not work: then the exit code is 1.
        """
        levels = []
        for finding in examine(None, datetime.now(UTC), more=more):
            levels.append(finding.level)
            mark = click.style(finding.level, fg=COLOURS[finding.level], bold=True)
            click.echo(f"{mark} {finding.sentence}")
        if Level.ILL in levels:
            sys.exit(1)

    return check
