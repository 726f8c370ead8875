"""The outbox's rows: what is due, who holds it, and what came of an attempt.

Workers agree by compare-and-set on the row, never through the broker: of two that want a mail, one gets
it and the other walks away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from alerts.models import Alert, Delivery, Message
from alerts.words import MessageState
from tracker.models import User

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from alerts.policy import Hold

CLOCK_SKEW = timedelta(minutes=5)
"""How far the clocks of two hosts may be apart. A lease that ends further off than a worker can have set
it is from before a clock was put back, and is void: else a killed worker's mail would wait for an hour.
"""


class Result(StrEnum):
    """How an attempt ended, as `Delivery.result` has it."""

    STARTED = "started"
    """Not yet, or the worker died over it."""
    SENT = "sent"
    RETRY = "retry"
    REFUSED = "refused"
    MISCONFIGURED = "misconfigured"
    WITHDRAWN = "withdrawn"
    BROKEN = "broken"
    """Our own code failed over it."""
    PUT_OFF = "put off"
    """What it would have told waits for the reader's next digest."""
    UNREACHABLE = "unreachable"
    """Nobody was asked: the reader left, is away, or has no address that works."""
    SET_ASIDE = "set aside"
    """Nobody was asked: too many workers died over it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A mail that is ours until the lease ends, and the attempt written down before it is made."""

    message_id: int
    attempt: int
    delivery_id: int
    unfinished: int
    """Earlier attempts that ended without a result: the worker died over them."""
    created_at: datetime
    """When the mail was first wanted."""


@dataclass(frozen=True, slots=True)
class Due:
    """A mail that is waiting, and from when on it may be sent."""

    message_id: int
    at: datetime
    attempts: int


def due(session: Session, now: datetime, lease: timedelta, *, within: timedelta, limit: int) -> list[Due]:
    """List mails that nobody holds and that are due by `now + within`: least tried first, then oldest.

    Least tried first, so that a mail that fails again and again never keeps a fresh one waiting.
    """
    rows = session.execute(
        select(Message.id, Message.next_attempt_at, Message.attempts)
        .where(_waiting(now + within), _free(now, lease))
        .order_by(Message.attempts, Message.next_attempt_at, Message.id)
        .limit(limit)
    )
    return [Due(*row) for row in rows]


def claim(session: Session, message_id: int, channel: str, now: datetime, lease: timedelta) -> Claim | None:
    """Take a mail that is due, and write down the attempt; None: it is not due, or somebody else's."""
    row = session.execute(
        update(Message)
        .where(Message.id == message_id, _waiting(now), _free(now, lease))
        .values(attempts=Message.attempts + 1, lease_until=now + lease)
        .returning(Message.attempts, Message.created_at)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return None
    unfinished = session.scalar(
        select(func.count())
        .select_from(Delivery)
        .where(Delivery.message_id == message_id, Delivery.result == Result.STARTED)
    )
    to_address = session.scalar(
        select(User.email).join(Message, Message.user_id == User.id).where(Message.id == message_id)
    )
    delivery = Delivery(
        message_id=message_id,
        attempt=row.attempts,
        channel=channel,
        to_address=to_address or "",
        started_at=now,
    )
    session.add(delivery)
    session.flush()
    return Claim(message_id, row.attempts, delivery.id, unfinished or 0, row.created_at)


@dataclass(frozen=True, slots=True)
class Ending:
    """What an attempt came to, and what becomes of the mail."""

    result: Result
    state: MessageState
    reason: str = ""
    again_at: datetime | None = None
    """Of a mail that stays pending: when it may be tried next."""
    told: tuple[int, ...] = ()
    """Of a mail that was accepted: the alerts it tells of."""
    hold: Hold | None = None
    """What its alerts wait for, of a mail that is put off, or that has no other reader."""


def record(session: Session, held: Claim, ending: Ending, to_address: str, now: datetime) -> bool:
    """Write down how an attempt ended; says whether the ending counts.

    By a correction nobody is told of an alert: it leaves `Alert.sent_at` as it is.

    That a mail was accepted is true whoever holds the row by now; any other ending counts only while it
    is still ours.
    """
    # Alerts before their mail, as deciding locks them: else each waits for the other's.
    session.execute(
        select(Alert.id)
        .where(or_(Alert.message_id == held.message_id, Alert.correction_id == held.message_id))
        .order_by(Alert.id)
        .with_for_update(key_share=True)
    )
    if ending.state is MessageState.SENT:
        session.execute(
            update(Alert)
            .where(Alert.id.in_(ending.told), Alert.message_id == held.message_id, Alert.sent_at.is_(None))
            .values(sent_at=now)
        )
        ours: ColumnElement[bool] = Message.state != MessageState.SENT
    else:
        ours = and_(Message.state == MessageState.PENDING, Message.attempts == held.attempt)
    values: dict[str, object] = {
        "state": ending.state,
        "lease_until": None,
        "last_reason": ending.reason,
    }
    if ending.state is MessageState.SENT:
        values["sent_at"] = now
    if ending.again_at is not None:
        values["next_attempt_at"] = ending.again_at
    counts = session.scalar(
        update(Message).where(Message.id == held.message_id, ours).values(**values).returning(Message.id)
    )
    session.execute(
        update(Delivery)
        .where(Delivery.id == held.delivery_id)
        .values(
            ended_at=now,
            result=ending.result,
            reason=ending.reason,
            **({"to_address": to_address} if to_address else {}),
        )
    )
    return counts is not None


def bring_forward(session: Session, now: datetime) -> None:
    """Make due what waits for its next attempt: the channel that failed works again."""
    session.execute(
        update(Message)
        .where(
            Message.state == MessageState.PENDING,
            Message.attempts > 0,
            Message.next_attempt_at > now,
            Message.lease_until.is_(None),
        )
        .values(next_attempt_at=now)
    )


def _waiting(by: datetime) -> ColumnElement[bool]:
    return and_(Message.state == MessageState.PENDING, Message.next_attempt_at <= by)


def _free(now: datetime, lease: timedelta) -> ColumnElement[bool]:
    return or_(
        Message.lease_until.is_(None),
        Message.lease_until <= now,
        Message.lease_until > now + lease + CLOCK_SKEW,
    )
