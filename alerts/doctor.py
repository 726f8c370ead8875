"""What the doctor says of mails: do they go out, and do they reach anybody?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from alerts.models import Breaker, Delivery, Message
from alerts.outbox import Result
from alerts.words import MessageState
from tracker.doctor.finding import Finding, ill, mind, well

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

OVERDUE = timedelta(minutes=1)
"""A mail never tried for so long has no worker to send it: workers look twice a second."""
FAILING = timedelta(hours=1)
"""A mail that is tried for longer has more than a hiccup against it."""
LATELY = timedelta(days=7)
"""How far back mails that reached nobody are told of."""


def check_mails(session: Session, now: datetime) -> Iterator[Finding]:
    """Look whether the mail server takes our mails, whether a worker sends them, and who got none."""
    stopped = list(_refused(session))
    # While the server is only probed, mails wait whatever the worker does.
    findings = [
        *(stopped or _waiting(session, now)),
        *_set_aside(session, now),
        *_failing(session, now),
        *_failed(session, now),
    ]
    yield from findings or [well("No mail is stuck.")]


def vital_signs(session: Session, now: datetime) -> Iterator[Finding]:
    """Say what keeps mails from going out, in words that a log may hold: none of a mail server's."""
    stopped = session.scalar(select(Breaker.alarm).where(Breaker.open_until.is_not(None)).limit(1))
    if stopped is None:
        yield from _waiting(session, now)
    elif stopped:
        yield ill(
            "No mail goes out: the mail server refuses our login or our sender. Set RINGBACK_SMTP_USER,"
            " RINGBACK_SMTP_PASSWORD and RINGBACK_MAIL_FROM right; `ringback check` shows what it says."
        )
    else:
        yield mind(
            "No mail goes out at present: the mail server fails again and again, and we try twice a minute."
            " `ringback check` shows what it says."
        )
    yield from _set_aside(session, now)


def _set_aside(session: Session, now: datetime) -> Iterator[Finding]:
    count = session.scalar(
        select(func.count(Delivery.message_id.distinct())).where(
            Delivery.result == Result.SET_ASIDE, Delivery.started_at > now - LATELY
        )
    )
    if count:
        yield ill(
            f"Mails of the last {LATELY.days} days that were set aside since workers died over them: {count}."
            " What `ringback why` says of their visits, and the log, tell more."
        )


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
        yield ill(
            f"Mails that have waited for a worker for more than a minute: {untried}. Is `ringback run` or"
            " `ringback worker` running?"
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
