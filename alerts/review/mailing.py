"""Which manager is told of a month when: on their first working day of the next, once."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from alerts.digest import day_start
from alerts.followups.working_days import calendar_of
from alerts.mail import new_mail_id
from alerts.models import Message
from alerts.words import MessageKind
from tracker.calendar_month import Month
from tracker.models import User
from tracker.people.hours import WorkingHours, is_away
from tracker.words import Role

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.followups.working_days import Calendar

LAST_DAY = 10
"""Of the month: who is away until then, or while nothing ran, finds the page in its place. Two weekends and
the longest holidays of a beginning month are over by then.
"""


def plan_reviews(session: Session, mail_from: str, now: datetime, country: str = "") -> list[int]:
    """Write the mails whose day has come into the outbox; gives their ids.

    `country` is the installation's, by its ISO code: users have none of their own. Two planners at once, or
    one that runs every hour, make one mail a manager and month.
    """
    calendar = calendar_of(country)
    managers = session.scalars(
        select(User).where(User.role == Role.MANAGER, User.left_at.is_(None)).order_by(User.id)
    ).all()
    planned = (_plan(session, one, mail_from, now) for one in managers if is_due(one, calendar, now))
    return [message_id for message_id in planned if message_id is not None]


def is_due(manager: User, calendar: Calendar, now: datetime) -> bool:
    """Tell whether they are at work, for the first time in the month unless they were told already."""
    today = now.astimezone(ZoneInfo(manager.time_zone)).date()
    at_work = day_start(WorkingHours.of(manager), now) is not None and not is_away(manager, now)
    return at_work and today.day <= LAST_DAY and calendar.is_working_day(today)


def review_key(user_id: int, month: Month) -> str:
    """Name the one mail to somebody about a month."""
    return f"review:{user_id}:{month.slug}"


def _plan(session: Session, manager: User, mail_from: str, now: datetime) -> int | None:
    month = Month.of(now.astimezone(ZoneInfo(manager.time_zone)).date()).later(-1)
    key = review_key(manager.id, month)
    if session.scalar(select(Message.id).where(Message.dedupe_key == key)) is not None:
        return None
    mail = Message(
        dedupe_key=key,
        kind=MessageKind.REVIEW,
        user_id=manager.id,
        day=month.first_day,
        mail_id=new_mail_id(mail_from),
        next_attempt_at=now,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(mail)
    except IntegrityError:
        # Another planner was faster.
        return None
    return mail.id
