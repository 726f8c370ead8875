"""`ringback check`: the doctor. Runs on anything, also on what does not start."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from tracker.doctor.examination import examine
from tracker.doctor.finding import Level

COLOURS = {Level.WELL: "green", Level.MIND: "yellow", Level.ILL: "red"}


@click.command("check")
def check_command() -> None:
    """Look at settings, keys, database, broker, mail server, sites, people and imports.

    ✓ is well, ! should be known, ✗ does not work: then the exit code is 1.
    """
    levels = []
    for finding in examine(None, datetime.now(UTC)):
        levels.append(finding.level)
        click.echo(f"{click.style(finding.level, fg=COLOURS[finding.level], bold=True)} {finding.sentence}")
    if Level.ILL in levels:
        sys.exit(1)
