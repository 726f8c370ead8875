"""The sweep: hands on every mail that is due and that nobody holds, whatever became of its nudge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from alerts import breaker
from alerts.outbox import Due, due

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

BATCH = 10
"""Mails that are handed on together, and share a connection."""
SWEEP_LIMIT = 500
"""Mails handed on by one sweep; the next is seconds away."""

Hand: TypeAlias = Callable[[Sequence[int]], None]
"""Takes the ids of mails to be delivered."""


def sweep(session: Session, channel: str, now: datetime, lease: timedelta) -> list[list[int]]:
    """List the mails to be handed on now, in batches; while the breaker is open, one to probe with."""
    limit = breaker.allowance(session, channel, now, SWEEP_LIMIT)
    return batches(due(session, now, lease, within=timedelta(0), limit=limit))


def batches(mails: Sequence[Due]) -> list[list[int]]:
    """Cut a list of mails into batches of ids."""
    ids = [mail.message_id for mail in mails]
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
