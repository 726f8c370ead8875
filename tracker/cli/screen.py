"""`ringback screen`: how the rules about user agents do on a list of which somebody knows the truth."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tracker.agent_lists import UnreadableListError, read_labelled, screen_list

TIME = "us_per_row"
"""The result's field that is no label."""


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
        done = screen_list(read_labelled(file))
    except UnreadableListError as error:
        raise click.ClickException(str(error)) from error
    if TIME in done.counts:
        msg = f"The label {TIME} is taken: the result has a field of that name. Name yours otherwise."
        raise click.ClickException(msg)
    counts = {label: each._asdict() for label, each in done.counts.items()}
    click.echo(json.dumps({**counts, TIME: round(done.us_per_row, 2)}, ensure_ascii=False))
