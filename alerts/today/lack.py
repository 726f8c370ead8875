"""Why there may be nothing to do: what has to be there first, and when the next digest comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from alerts.digest import ROUND_THE_CLOCK_AT
from alerts.models import Alert
from tracker.models import OwnerName, User, Visit
from tracker.people.hours import LONGEST_GAP_DAYS, WorkingHours

if TYPE_CHECKING:
    from alerts.today.look import Look


@dataclass(frozen=True, slots=True)
class Lack:
    """What there has to be before there is anything to do."""

    visits: bool
    """Some visit was seen, of anybody."""
    prospects: bool
    """Somebody's name in the CRM is that of one of these users, or they were given somebody."""


def what_lacks(look: Look) -> Lack:
    """Say what is there; for a page on which nothing is. One query."""
    users = look.scope.users()
    visits = select(Visit.id).exists()
    mapped = select(OwnerName.id).where(OwnerName.user_id.in_(users)).exists()
    given = select(Alert.id).where(Alert.user_id.in_(users)).exists()
    return Lack(*look.session.execute(select(visits, or_(mapped, given))).one())


def next_digest(look: Look) -> datetime | None:
    """Give when the next digest goes out to whose work it is, UTC, were there anything in it; None: never."""
    user = look.session.get(User, look.scope.user_id)
    if user is None:
        return None
    hours = WorkingHours.of(user)
    zone = ZoneInfo(hours.time_zone)
    begins = ROUND_THE_CLOCK_AT if hours.around_the_clock else hours.start
    local = look.now.astimezone(zone)
    midnights = (
        datetime.combine(local.date() + timedelta(days=ahead), time(), zone)
        for ahead in range(LONGEST_GAP_DAYS)
    )
    starts = (midnight.replace(hour=begins // 60, minute=begins % 60) for midnight in midnights)
    return next(
        (
            start.astimezone(UTC)
            for start in starts
            if start > look.now and str(start.isoweekday()) in hours.days
        ),
        None,
    )
