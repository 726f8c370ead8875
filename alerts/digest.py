"""Which digest goes when: one mail a rep and working day, of what was decided before the day began."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.exc import IntegrityError

from alerts.mail import new_mail_id
from alerts.models import Alert, Message
from alerts.policy import DIGEST_HOLDS
from alerts.words import Decision, MessageKind
from tracker.models import User
from tracker.people.hours import WorkingHours, is_away

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

ROUND_THE_CLOCK_AT = 8 * 60
"""Minutes after midnight at which the day of somebody who works around the clock begins, for the digest."""


def plan_digests(session: Session, mail_from: str, now: datetime) -> list[int]:
    """Write the digests whose time has come into the outbox, and attach their alerts; gives the mails' ids.

    A visit from after the start of a rep's day waits for the next day's digest. That of somebody who left
    is written, too: delivery hands it to a stand-in. Two planners at once,
    or one that runs every minute, make one mail a rep and day.
    """
    readers = session.scalars(
        select(User)
        .where(select(Alert.id).where(Alert.user_id == User.id, unsent()).exists())
        .order_by(User.id)
    ).all()
    planned = (_plan(session, reader, mail_from, now) for reader in readers)
    return [message_id for message_id in planned if message_id is not None]


def day_start(hours: WorkingHours, now: datetime) -> datetime | None:
    """Give when the working day that `now` is in began, in UTC; None outside of working hours."""
    zone = ZoneInfo(hours.time_zone)
    local = now.astimezone(zone)
    begins = ROUND_THE_CLOCK_AT if hours.around_the_clock else hours.start
    if not hours.is_open(now) or local.hour * 60 + local.minute < begins:
        return None
    start = datetime.combine(local.date(), time(begins // 60, begins % 60), zone).astimezone(UTC)
    # An hour that the clocks leave out has no start of its own; nobody's day begins after now.
    return min(start, now)


def _plan(session: Session, reader: User, mail_from: str, now: datetime) -> int | None:
    start = day_start(WorkingHours.of(reader), now)
    if start is None or is_away(reader, now):
        return None
    listed = and_(Alert.user_id == reader.id, Alert.decided_at < start, unsent())
    if session.scalar(select(Alert.id).where(listed).limit(1)) is None:
        return None
    day = now.astimezone(ZoneInfo(reader.time_zone)).date()
    key = f"digest:{reader.id}:{day}"
    if session.scalar(select(Message.id).where(Message.dedupe_key == key)) is not None:
        return None
    digest = Message(
        dedupe_key=key,
        kind=MessageKind.DIGEST,
        user_id=reader.id,
        day=day,
        mail_id=new_mail_id(mail_from),
        next_attempt_at=now,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(digest)
    except IntegrityError:
        # Another planner was faster.
        return None
    session.execute(
        update(Alert).where(listed).values(message_id=digest.id).execution_options(synchronize_session=False)
    )
    return digest.id


def unsent() -> ColumnElement[bool]:
    """Say what a digest lists: nobody was told of it, and nobody answered it yet."""
    return and_(
        Alert.message_id.is_(None),
        Alert.sent_at.is_(None),
        Alert.claimed_at.is_(None),
        Alert.closed_at.is_(None),
        or_(
            Alert.decision == Decision.DIGEST,
            and_(Alert.decision == Decision.HOLD, Alert.why.in_([hold.value for hold in DIGEST_HOLDS])),
        ),
    )
