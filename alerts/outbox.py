"""The outbox's rows: what is due, who holds it, and what came of an attempt.

Workers agree by compare-and-set on the row, never through the broker: of two that want a mail, one gets
it and the other walks away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    String,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from alerts.models import Alert, Delivery, Message
from alerts.words import MessageKind, MessageState
from tracker.among import among
from tracker.models import User, UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Table
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


def _waiting(by: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return and_(Message.state == MessageState.PENDING, Message.next_attempt_at <= by)


def _free(
    now: datetime | BindParameter[datetime], void: datetime | BindParameter[datetime]
) -> ColumnElement[bool]:
    """Say of mails that nobody holds them. A lease beyond `void` is from before a clock was put back."""
    return or_(Message.lease_until.is_(None), Message.lease_until <= now, Message.lease_until > void)


# What is said with every mail, built once.
_MAILS, _ALERTS, _ATTEMPTS = (cast("Table", model.__table__) for model in (Message, Alert, Delivery))
_NOW = bindparam("now", type_=UtcDateTime)
_FIRST = (
    select(Message.id)
    .where(among(Message.id, "mails"), _waiting(_NOW), _free(_NOW, bindparam("void", type_=UtcDateTime)))
    .order_by(Message.attempts, Message.next_attempt_at, Message.id)
    .limit(1)
    .correlate(None)
)
_UNFINISHED = (
    select(func.count())
    .select_from(Delivery)
    .where(Delivery.message_id == bindparam("mail"), Delivery.result == Result.STARTED)
)
_TAKE, _TAKE_AT_ONCE = (
    update(_MAILS)
    .where(_MAILS.c.id == _FIRST.with_for_update(key_share=True, skip_locked=at_once).scalar_subquery())
    .values(attempts=_MAILS.c.attempts + 1, lease_until=bindparam("lease"))
    .returning(
        _MAILS.c.id,
        _MAILS.c.kind,
        _MAILS.c.attempts,
        _MAILS.c.created_at,
        _MAILS.c.user_id,
    )
    for at_once in (False, True)
)
_BEGIN = (
    insert(_ATTEMPTS)
    .values(
        to_address=func.coalesce(
            select(User.email).where(User.id == bindparam("reader")).scalar_subquery(), ""
        )
    )
    .returning(_ATTEMPTS.c.id)
)
_LOCK_ALERTS = (
    select(Alert.id)
    .where(or_(Alert.message_id == bindparam("mail"), Alert.correction_id == bindparam("mail")))
    .order_by(Alert.id)
    .with_for_update(key_share=True)
)
_TELL = (
    update(_ALERTS)
    .where(
        among(_ALERTS.c.id, "told"), _ALERTS.c.message_id == bindparam("mail"), _ALERTS.c.sent_at.is_(None)
    )
    .values(sent_at=bindparam("at"))
)
_END = (
    update(_ATTEMPTS)
    .where(_ATTEMPTS.c.id == bindparam("delivery"))
    .values(
        ended_at=bindparam("at"),
        result=bindparam("result"),
        reason=bindparam("reason"),
        to_address=func.coalesce(bindparam("to_address", type_=String), _ATTEMPTS.c.to_address),
    )
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A mail that is ours until the lease ends, and the attempt written down before it is made."""

    message_id: int
    kind: MessageKind
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
        .where(_waiting(now + within), _free(now, now + lease + CLOCK_SKEW))
        .order_by(Message.attempts, Message.next_attempt_at, Message.id)
        .limit(limit)
    )
    return [Due(*row) for row in rows]


def claim(
    session: Session,
    message_ids: Collection[int],
    channel: str,
    now: datetime,
    lease: timedelta,
    *,
    wait: bool = True,
) -> Claim | None:
    """Take the first of these mails that is due, and write down the attempt.

    None: none of them is due, or all that are are somebody else's. Who holds other rows must not `wait` for
    whoever writes to a mail at this moment, and passes it over.
    """
    taken = session.execute(
        _TAKE if wait else _TAKE_AT_ONCE,
        {"mails": list(message_ids), "now": now, "lease": now + lease, "void": now + lease + CLOCK_SKEW},
    ).one_or_none()
    if taken is None:
        return None
    unfinished = 0
    if taken.attempts > 1:
        unfinished = session.execute(_UNFINISHED, {"mail": taken.id}).scalar_one()
    delivery_id = session.execute(
        _BEGIN,
        {
            "message_id": taken.id,
            "attempt": taken.attempts,
            "channel": channel,
            "reader": taken.user_id,
            "started_at": now,
            "result": Result.STARTED,
            "reason": "",
        },
    ).scalar_one()
    return Claim(taken.id, taken.kind, taken.attempts, delivery_id, unfinished, taken.created_at)


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


def record(session: Session, held: Claim, ending: Ending, to_address: str, now: datetime) -> Message | None:
    """Write down how an attempt ended; gives the mail if the ending counts.

    By a correction nobody is told of an alert: it leaves `Alert.sent_at` as it is.

    That a mail was accepted is true whoever holds the row by now; any other ending counts only while it
    is still ours.
    """
    sent = ending.state is MessageState.SENT
    # Alerts before their mail, as deciding locks them: else each waits for the other's. An alert's mail has
    # one, which is locked by being written to.
    if not (sent and held.kind is MessageKind.ALERT and len(ending.told) == 1):
        session.execute(_LOCK_ALERTS, {"mail": held.message_id})
    if sent:
        session.execute(_TELL, {"told": list(ending.told), "mail": held.message_id, "at": now})
        ours: ColumnElement[bool] = Message.state != MessageState.SENT
    else:
        ours = and_(Message.state == MessageState.PENDING, Message.attempts == held.attempt)
    values: dict[str, object] = {
        "state": ending.state,
        "lease_until": None,
        "last_reason": ending.reason,
    }
    if sent:
        values["sent_at"] = now
    if ending.again_at is not None:
        values["next_attempt_at"] = ending.again_at
    # The whole row, as it is now: whoever sees to what follows finds it in the session.
    message = session.scalar(
        update(Message)
        .where(Message.id == held.message_id, ours)
        .values(**values)
        .returning(Message)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    ended = {"delivery": held.delivery_id, "at": now, "result": ending.result, "reason": ending.reason}
    session.execute(_END, ended | {"to_address": to_address or None})
    return message


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
