"""The `ringback` command: every subcommand, from both houses."""

from __future__ import annotations

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ringback")
def main() -> None:
    """Know when a deal you lost comes back to your website, and call."""
