"""`ringback screen`: how the rules about user agents do on a list of which somebody knows the truth."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tracker.agent_lists import UnreadableListError, read_labelled, tally, us_per_row


@click.command("screen")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def screen_command(file: Path) -> None:
    """Screen the user agents of FILE and print one line of JSON.

    FILE is tab-separated, plain or gzipped, with the columns `label` and `user_agent`; others do not
    matter. For every label: how many there are (n), how many are taken for machines (flagged), and how many
    of the rest could not confirm a visit (demoted). us_per_row is the mean time of a verdict in
    microseconds, none of them remembered from before.
    """
    try:
        rows = list(read_labelled(file))
    except UnreadableListError as error:
        raise click.ClickException(str(error)) from error
    counts = {label: each._asdict() for label, each in tally(rows).items()}
    click.echo(json.dumps({**counts, "us_per_row": round(us_per_row(rows), 2)}, ensure_ascii=False))
