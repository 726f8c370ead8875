"""The `ringback` command: every subcommand, from both houses.

Packages that stand to the right of this one add theirs as entry points of the group `ringback.commands`.
"""

from __future__ import annotations

from importlib.metadata import entry_points

import click

from alerts.cli_run import run_command, serve_command
from alerts.cli_why import why_command
from alerts.cli_worker import worker_command
from alerts.doctor import check_mails
from alerts.stats import sections
from tracker.cli.check import check_command
from tracker.cli.consent import consent_command
from tracker.cli.imports import import_command
from tracker.cli.keys import key_lost_command
from tracker.cli.links import link_command, links_command, token_command
from tracker.cli.migrate import migrate_command
from tracker.cli.owners import owners_command
from tracker.cli.people import team_command, user_command
from tracker.cli.reasons import reasons_command
from tracker.cli.sites import site_command, topics_command
from tracker.cli.stats import stats_command
from tracker.cli.suppress import suppress_command

COMMANDS = (
    check_command(check_mails),
    consent_command,
    import_command,
    key_lost_command,
    link_command,
    links_command,
    migrate_command,
    owners_command,
    reasons_command,
    run_command,
    serve_command,
    site_command,
    stats_command(sections),
    suppress_command,
    team_command,
    token_command,
    topics_command,
    user_command,
    why_command,
    worker_command,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ringback")
def main() -> None:
    """Know when a deal you lost comes back to your website, and call."""


for command in COMMANDS:
    main.add_command(command)
for entry in entry_points(group="ringback.commands"):
    main.add_command(entry.load())
