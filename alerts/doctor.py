"""What the doctor says of mails: do they go out, and do they reach anybody?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from alerts.models import Breaker, Message
from alerts.words import MessageState
from tracker.doctor.finding import Finding, ill, mind, well

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

OVERDUE = timedelta(minutes=5)
"""A mail never tried for so long has no worker to send it."""
FAILING = timedelta(hours=1)
"""A mail that is tried for longer has more than a hiccup against it."""
LATELY = timedelta(days=7)
"""How far back mails that reached nobody are told of."""


def check_mails(session: Session, now: datetime) -> Iterator[Finding]:
    """Look whether the mail server takes our mails, whether a worker sends them, and who got none."""
    stopped = list(_refused(session))
    # While the server is only probed, mails wait whatever the worker does.
    findings = [*(stopped or _waiting(session, now)), *_failing(session, now), *_failed(session, now)]
    yield from findings or [well("No mail is stuck.")]


def _refused(session: Session) -> Iterator[Finding]:
    for breaker in session.scalars(select(Breaker).where(Breaker.open_until.is_not(None))):
        say = ill if breaker.alarm else mind
        yield say(f"No mail goes out at present, and we try twice a minute: {breaker.reason}")


def _waiting(session: Session, now: datetime) -> Iterator[Finding]:
    untried = session.scalar(
        select(func.count()).where(
            Message.state == MessageState.PENDING,
            Message.attempts == 0,
            Message.next_attempt_at < now - OVERDUE,
        )
    )
    if untried:
        minutes = int(OVERDUE.total_seconds() // 60)
        yield ill(
            f"Mails that have waited for a worker for more than {minutes} minutes: {untried}. Is"
            " `ringback run` or `ringback worker` running?"
        )


def _failing(session: Session, now: datetime) -> Iterator[Finding]:
    tried = (
        Message.state == MessageState.PENDING,
        Message.attempts > 0,
        Message.created_at < now - FAILING,
    )
    count = session.scalar(select(func.count()).where(*tried))
    if count:
        reason = session.scalar(
            select(Message.last_reason).where(*tried).order_by(Message.created_at).limit(1)
        )
        yield mind(f"Mails that have been tried for more than an hour: {count}. The oldest: {reason}")


def _failed(session: Session, now: datetime) -> Iterator[Finding]:
    lately = (Message.state == MessageState.FAILED, Message.created_at > now - LATELY)
    count = session.scalar(select(func.count()).where(*lately))
    if count:
        reason = session.scalar(
            select(Message.last_reason).where(*lately).order_by(Message.created_at.desc()).limit(1)
        )
        yield mind(f"Mails of the last {LATELY.days} days that reached nobody: {count}. The latest: {reason}")
