"""`ringback demo-data`: a database full of made-up people, to look around in or to measure."""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress

from alerts.demo_data.fill import VISITS_A_PROSPECT, fill
from tracker.cli.common import with_installation

if TYPE_CHECKING:
    from tracker.installation import Installation

_MOMENTS = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d")


@click.command("demo-data")
@click.option(
    "--prospects", type=click.IntRange(20, 2_000_000), default=1_000, show_default=True, help="How many."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same data.")
@click.option("--now", type=click.DateTime(_MOMENTS), help="When it ends, in UTC; by default now.")
@click.option("--anyway", is_flag=True, help="Add to the prospects that are there.")
@with_installation
def demo_data_command(
    installation: Installation, prospects: int, seed: int, now: datetime | None, *, anyway: bool
) -> None:
    """Fill an empty database with made-up prospects, their deals and visits of 13 months, and alerts.

    Ten visits a prospect, five pages a visit; the last ones are on the site now. Nothing of it is mailed.
    """
    at = now.replace(tzinfo=UTC) if now else datetime.now(UTC)
    # Nothing of it is in circles, and there is much of it to walk through again and again.
    gc.disable()
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Visits", total=prospects * VISITS_A_PROSPECT)
        filled = fill(
            installation,
            prospects,
            at,
            seed=seed,
            anyway=anyway,
            told=lambda visits: progress.advance(task, visits),
        )
    click.echo(
        f"Made up {filled.prospects:,} prospects with {filled.visits:,} visits and {filled.pages:,} page"
        " views."
    )
    click.echo(f"`ringback user link {filled.admin_email}` signs you in as their admin.")
