"""The circuit breaker of a channel: after five failures in a row we stop calling, and only probe.

It lives in the database, so that all workers together make at most one connection in `PROBE_EVERY`
while it is open.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from alerts.models import Breaker

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

FAILURES = 5
"""Failures in a row that open it. One that only a person can mend opens it at once: five wrong passwords
lock accounts.
"""
PROBE_EVERY = timedelta(seconds=30)


def allowance(session: Session, channel: str, now: datetime, most: int) -> int:
    """Give how many mails are worth handing to workers now: `most`, or one probe, or none."""
    row = session.get(Breaker, channel)
    if row is None or row.open_until is None:
        return most
    return 1 if _probe_due(row, now) else 0


def admits(session: Session, channel: str, now: datetime) -> bool:
    """Whether an attempt may be made now; while open, the yes is the probe, and is given once."""
    row = session.get(Breaker, channel)
    if row is None or row.open_until is None:
        return True
    if not _probe_due(row, now):
        return False
    taken = session.execute(
        update(Breaker)
        .where(Breaker.channel == channel, Breaker.open_until == row.open_until)
        .values(open_until=now + PROBE_EVERY)
        .returning(Breaker.channel)
        .execution_options(synchronize_session=False)
    )
    return taken.scalar_one_or_none() is not None


def failed(session: Session, channel: str, reason: str, now: datetime, *, alarm: bool) -> None:
    """Count a failure; `alarm` when only a person can mend it."""
    row = _locked(session, channel)
    row.failures += 1
    row.reason = reason
    row.alarm = row.alarm or alarm
    if alarm or row.failures >= FAILURES:
        row.open_until = now + PROBE_EVERY


def worked(session: Session, channel: str) -> bool:
    """Close it: the channel answered. Says whether it had been open."""
    row = session.get(Breaker, channel)
    if row is None or (row.failures == 0 and row.open_until is None):
        return False
    row = _locked(session, channel)
    was_open = row.open_until is not None
    row.failures, row.open_until, row.reason, row.alarm = 0, None, "", False
    return was_open


def _locked(session: Session, channel: str) -> Breaker:
    """Give the channel's row, ours until the transaction ends; it is made when missing."""
    row = session.get(Breaker, channel, with_for_update=True, populate_existing=True)
    if row is not None:
        return row
    # Of two first failures at once, one makes the row.
    with suppress(IntegrityError), session.begin_nested():
        session.add(Breaker(channel=channel, failures=0, reason="", alarm=False))
    return session.get_one(Breaker, channel, with_for_update=True, populate_existing=True)


def _probe_due(row: Breaker, now: datetime) -> bool:
    # Further off than we ever set it: the clock was put back since.
    return row.open_until is not None and not now < row.open_until <= now + PROBE_EVERY
