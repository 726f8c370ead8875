"""Which digest goes when: one mail a rep and working day, of who came before it began and what is due."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, text, update
from sqlalchemy.exc import IntegrityError

from alerts.followups.morning import has_due
from alerts.mail import new_mail_id
from alerts.models import Alert, Message
from alerts.models.alert import UNSENT
from alerts.recent import A_DAY_AHEAD
from alerts.words import MessageKind
from tracker.models import User
from tracker.people.hours import WorkingHours, is_away

if TYPE_CHECKING:
    from datetime import date

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
        .where(
            or_(
                select(Alert.id).where(Alert.user_id == User.id, unsent()).exists(),
                and_(User.left_at.is_(None), has_due(User.id, (now + A_DAY_AHEAD).date())),
            )
        )
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
    day = now.astimezone(ZoneInfo(reader.time_zone)).date()
    key = f"digest:{reader.id}:{day}"
    if session.scalar(select(Message.id).where(Message.dedupe_key == key)) is not None:
        return None
    if not session.scalar(select(or_(exists(select(Alert.id).where(listed)), _has_work(reader, day)))):
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


def _has_work(reader: User, day: date) -> ColumnElement[bool]:
    return false() if reader.left_at else has_due(reader.id, day)


def unsent() -> ColumnElement[bool]:
    """Say what a digest lists: nobody was told of it, and nobody answered it yet."""
    return and_(text(UNSENT))
