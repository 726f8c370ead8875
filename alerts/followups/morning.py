"""A rep's follow-ups of the day as their morning mail tells them, and as a file for their calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, select

from alerts.briefing.facts import DigestTask
from alerts.briefing.moments import day_in_words
from alerts.followups.calendar import DayEvent, day_events, task_uid
from alerts.models import FollowUp
from alerts.today.follow_ups import due
from alerts.today.look import Look
from alerts.words import FOLLOW_UPS, FollowUpKind
from tracker.people.rights import Reach
from tracker.people.scope import Scope, nothing_given

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import InstrumentedAttribute, Session

    from alerts.mail import Attachment
    from alerts.today.follow_ups import Due
    from tracker.installation import Installation
    from tracker.models import User


def has_due(user_id: ColumnElement[int] | InstrumentedAttribute[int] | int, day: date) -> ColumnElement[bool]:
    """Say that somebody has something to do on this day, or from before."""
    theirs = and_(FollowUp.user_id == user_id, FollowUp.done_at.is_(None), FollowUp.due_on <= day)
    return exists(select(FollowUp.id).where(theirs))


def tasks_of(
    session: Session, installation: Installation, user: User, now: datetime
) -> tuple[tuple[Due, ...], int]:
    """Give what a rep is to do on this day of theirs, and how much more there is."""
    scope = Scope(Reach.OWN, user.id, user.team_id, nothing_given)
    return due(Look(session, installation, user.id, scope, ZoneInfo(user.time_zone), now))


def told(tasks: Sequence[Due], base_url: str, today: date) -> tuple[DigestTask, ...]:
    """Say them in a mail's words, as of the reader's day."""
    return tuple(
        DigestTask(
            what=FOLLOW_UPS[one.kind],
            label=", ".join(part for part in (one.name, one.company) if part),
            phone=None if one.kind is FollowUpKind.THANK_YOU or one.no_calls else one.phone,
            lines=tuple(line for line in (_how(one, today), one.deal, one.renewal) if line),
            link=f"{base_url}/follow-ups/{one.follow_up_id}",
        )
        for one in tasks
    )


def calendar_of_day(tasks: Sequence[Due], domain: str, today: date, now: datetime) -> tuple[Attachment, ...]:
    """Give the file of the reader's day, with what has waited for it.

    What was agreed with a prospect is in calendars by its own invitation.
    """
    events = [
        DayEvent(
            uid=task_uid(one.follow_up_id, domain),
            on=max(one.on, today),
            summary=", ".join(part for part in (f"{FOLLOW_UPS[one.kind]}: {one.name}", one.company) if part),
            description=one.phone.shown if one.phone and not one.no_calls else "",
        )
        for one in tasks
        if not one.agreed
    ]
    return (day_events(events, now),) if events else ()


def _how(one: Due, today: date) -> str:
    if one.no_calls and one.kind is not FollowUpKind.THANK_YOU:
        return "They asked not to be called: write to them."
    if not one.agreed:
        return ""
    # One that was missed is asked for until it is reported on.
    return "Agreed for today." if one.on == today else f"Agreed for {day_in_words(one.on, today)}."
