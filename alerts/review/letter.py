"""The mail that tells a manager of a month, as of the moment it goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from alerts.given import given_by_alerts
from alerts.mail import Mail, Withdrawn
from alerts.plain import plain
from alerts.review.asked import Asked
from alerts.review.figures import count
from alerts.review.notes import kept
from alerts.review.wording import Told, content
from tracker.calendar_month import Month
from tracker.models import User
from tracker.people.rights import reach
from tracker.people.scope import Scope
from tracker.words import Role, Thing, Verb

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.mail import NotSent
    from alerts.models import Message
    from tracker.installation import Installation

NAME_LENGTH = 80


def review_mail(
    session: Session, installation: Installation, message: Message, now: datetime
) -> Mail | NotSent:
    """Write it, or say why nobody is to have it: nobody else gets it instead, the page is there for all."""
    user = session.get_one(User, message.user_id)
    if user.left_at is not None:
        return Withdrawn(f"{user.name} has left the company.")
    if user.role is not Role.MANAGER or not user.email or message.day is None:
        return Withdrawn(f"{user.name} is no manager with a mail address any more.")
    month = Month.of(message.day)
    whose = _whose(session, user, now)
    today = now.astimezone(ZoneInfo(user.time_zone)).date()
    figures = count(session, Asked(month, user.time_zone, today, whose))
    if figures.is_nothing:
        return Withdrawn(f"Nothing was lost in {month.name}, and nobody came back.")
    before = [row for row in kept(session, month, whose).before if row.is_open]
    here = [row for row in kept(session, month, whose).here if row.is_open]
    link = f"{installation.settings.base_url}/review/{month.slug}"
    return Mail(
        to_name=plain(user.name, NAME_LENGTH),
        to_address=user.email,
        content=content(Told(month, figures, [*before, *here], today, link)),
        mail_id=message.mail_id,
    )


def _whose(session: Session, user: User, now: datetime) -> tuple[int, ...]:
    right = reach(user.role, Verb.SEE, Thing.REVIEW)
    scope = Scope(right, user.id, user.team_id, lambda users: given_by_alerts(users, now))
    return tuple(sorted(session.scalars(scope.users())))
