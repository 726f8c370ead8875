"""The `ringback` command: every subcommand, from both houses.

Packages that stand to the right of this one add theirs as entry points of the group `ringback.commands`.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from importlib import import_module
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "audit": "tracker.cli.audit:audit_command",
        "backup": "tracker.cli.backup:backup_command",
        "check": "alerts.cli_both:check",
        "consent": "tracker.cli.consent:consent_command",
        "demo-data": "alerts.cli_demo_data:demo_data_command",
        "import": "tracker.cli.imports:import_command",
        "imports": "tracker.cli.import_history:imports_command",
        "key-lost": "tracker.cli.keys:key_lost_command",
        "link": "tracker.cli.links:link_command",
        "links": "tracker.cli.links:links_command",
        "migrate": "tracker.cli.migrate:migrate_command",
        "own": "alerts.cli_both:own",
        "owners": "tracker.cli.owners:owners_command",
        "reasons": "tracker.cli.reasons:reasons_command",
        "rescreen": "alerts.cli_rescreen:rescreen_command",
        "restore": "tracker.cli.backup:restore_command",
        "run": "alerts.cli_run:run_command",
        "screen": "tracker.cli.screen:screen_command",
        "senders": "tracker.cli.senders:senders_command",
        "serve": "alerts.cli_run:serve_command",
        "site": "tracker.cli.sites:site_command",
        "stats": "alerts.cli_both:stats",
        "suppress": "tracker.cli.suppress:suppress_command",
        "team": "tracker.cli.people:team_command",
        "token": "tracker.cli.links:token_command",
        "topics": "tracker.cli.sites:topics_command",
        "user": "tracker.cli.people:user_command",
        "why": "alerts.cli_why:why_command",
        "worker": "alerts.cli_worker:worker_command",
    }
)
"""Where each stands, as `module:name`."""


def _give_up_output() -> None:
    """Forget what could not be written, so that the interpreter's end does not stumble over it once more."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Commands(click.Group):
    """Loads a command when it is asked for: one does not wait for the libraries of all the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name them all."""
        del ctx
        return sorted({*COMMANDS, *entry_points(group="ringback.commands").names})

    def invoke(self, ctx: click.Context) -> object:
        """Run one; a full disk or a place that cannot be used is said in a sentence."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.errno in (None, errno.EPIPE):
                raise  # the reader of our output went away, which click sees to
            if error.filename is None:
                _give_up_output()
            place = error.filename or "the output"
            msg = f"Cannot use {place}: {error.strerror}."
            raise click.ClickException(msg) from error

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give one, or None when there is none of that name."""
        del ctx
        command: click.Command
        if cmd_name in COMMANDS:
            module, _, name = COMMANDS[cmd_name].partition(":")
            command = getattr(import_module(module), name)
            return command
        for entry in entry_points(group="ringback.commands", name=cmd_name):
            command = entry.load()
            return command
        return None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ringback")
def main() -> None:
    """Know when a deal you lost comes back to your website, and call."""
