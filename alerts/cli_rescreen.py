"""`ringback rescreen --since DAY`: judge stored visits anew after rules changed, alerts included."""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from alerts.briefing.moments import UTC_ZONE, zone_named
from alerts.decide import Decider
from alerts.models import Alert
from alerts.policy import Policy
from tracker.cli.common import with_installation
from tracker.ingest.rescreen import remembered_since, rescreen
from tracker.resign import Resigner
from tracker.retention import kept_now
from tracker.rules.kept import EVIDENCE
from tracker.sender_reach import from_now_on
from tracker.senders import all_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from tracker.ingest.rescreen import Change, Rescreened, Resign
    from tracker.installation import Installation

PORTION = 50
"""Visits in one transaction: a moment."""
TURN = 1.0
"""Pause after a portion, as a multiple of the time it took: then those who visit now get their turn. Without
it nobody would: on SQLite whoever waits looks only now and then whether the database is free.
"""
TRIES = 5
"""For a portion that found the database locked, or that two transactions waited for each other over."""


Judged: TypeAlias = "tuple[Rescreened, int]"
"""What came of a portion, and of how many alerts it took back."""


@click.command("rescreen")
@click.option(
    "--since",
    required=True,
    metavar="DAY",
    help="Visits with a sign since this day, like 2026-11-01, in the time zone of RINGBACK_TIME_ZONE.",
)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@with_installation
def rescreen_command(installation: Installation, since: str, *, dry_run: bool) -> None:
    """Judge stored visits anew by the rules of now, and their alerts with them.

    An alert that does not hold any more is withdrawn, or taken back where it was told already. Signs of who
    was there are kept for 30 days, or fewer if an admin says so; visits from before keep the state they have.
    """
    now = datetime.now(UTC)
    zone = zone_named(installation.settings.time_zone) or UTC_ZONE
    begin = read_since(since, zone, now)
    with installation.database.reading() as session:
        visit_ids = remembered_since(session, begin)
        resigner = Resigner(all_rules(session), installation.signer)
        kept = kept_now(session)
    done = _in_portions(installation, visit_ids, now, resigner.resign, dry_run=dry_run)
    changes = [change for one, _ in done for change in one.changes]
    _say(len(visit_ids), changes, sum(taken_back for _, taken_back in done), dry_run=dry_run)
    for sentence in from_now_on(resigner.from_now_on):
        click.echo(sentence)
    if begin < now - kept.evidence:
        days = EVIDENCE.said(kept.evidence.days)
        click.echo(
            f"Visits that ended more than {days} ago keep their state: what it followed from is forgotten."
        )


def _in_portions(
    installation: Installation, visit_ids: Sequence[int], now: datetime, resign: Resign, *, dry_run: bool
) -> list[Judged]:
    decide = Decider(installation, Policy.of(installation.settings))
    done = []
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Judging visits anew", total=len(visit_ids))
        for start in range(0, len(visit_ids), PORTION):
            portion = visit_ids[start : start + PORTION]
            began = time.perf_counter()
            done.append(_insist(partial(_judge, installation, portion, now, decide, resign, dry_run)))
            progress.advance(task, len(portion))
            if start + PORTION < len(visit_ids):
                time.sleep(TURN * (time.perf_counter() - began))
    return done


def _judge(
    installation: Installation,
    portion: Sequence[int],
    now: datetime,
    decide: Decider,
    resign: Resign,
    dry_run: bool,  # noqa: FBT001  (bound by position above)
) -> Judged:
    with installation.database.writing() as session:
        done = rescreen(session, portion, now, decide, resign)
        session.flush()
        corrected = select(func.count()).where(Alert.corrected_at == now, Alert.visit_id.in_(portion))
        taken_back = session.scalar(corrected) or 0
        if dry_run:
            session.rollback()
    return done, taken_back


def _insist(judge: Callable[[], Judged]) -> Judged:
    """Try a portion again that stumbled over another writer; what was judged before it stands."""
    for _ in range(TRIES - 1):
        try:
            return judge()
        except OperationalError:
            time.sleep(random.uniform(0.1, 0.5))  # noqa: S311  (keeps two of them apart, hides nothing)
    try:
        return judge()
    except OperationalError as error:
        msg = (
            "The database is busy. What was judged so far stands: run the same command again in a while"
            f" ({error.orig})."
        )
        raise click.ClickException(msg) from error


def read_since(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Read a day (or a moment) as people in `zone` write it; gives it in UTC.

    Raises:
        click.BadParameter: it is none, or has not come yet.

    """
    try:
        begin = datetime.fromisoformat(text.strip())
        begin = (begin if begin.tzinfo else begin.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        msg = f"{text[:40]!r} is no day: write one like {now - timedelta(days=7):%Y-%m-%d}."
        raise click.BadParameter(msg, param_hint="--since") from None
    if begin > now:
        msg = "That day has not come yet: name one in the past."
        raise click.BadParameter(msg, param_hint="--since")
    return begin


def _say(visits: int, changes: Sequence[Change], taken_back: int, *, dry_run: bool) -> None:
    click.echo(f"Visits judged anew: {visits:,}")
    click.echo(f"{'Would be judged' if dry_run else 'Judged'} otherwise than before: {len(changes):,}")
    counts = Counter((change.before.value, change.after.value) for change in changes)
    for (before, after), number in sorted(counts.items()):
        click.echo(f"  {before} -> {after}: {number:,}")
    if taken_back and dry_run:
        click.echo(f"Alerts that would be taken back: {taken_back:,}, by mail to their readers.")
    elif taken_back:
        click.echo(f"Alerts taken back: {taken_back:,}. Their readers are told within the hour.")
