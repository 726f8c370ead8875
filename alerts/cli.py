"""The `ringback` command: every subcommand, from both houses."""

from __future__ import annotations

import click

from alerts.cli_run import run_command, serve_command
from alerts.cli_why import why_command
from alerts.stats import sections
from tracker.cli.check import check_command
from tracker.cli.links import link_command, links_command, token_command
from tracker.cli.migrate import migrate_command
from tracker.cli.people import team_command, user_command
from tracker.cli.sites import site_command, topics_command
from tracker.cli.stats import stats_command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ringback")
def main() -> None:
    """Know when a deal you lost comes back to your website, and call."""


COMMANDS = (
    check_command,
    link_command,
    links_command,
    migrate_command,
    run_command,
    serve_command,
    site_command,
    stats_command(sections),
    team_command,
    token_command,
    topics_command,
    user_command,
    why_command,
)
for command in COMMANDS:
    main.add_command(command)
