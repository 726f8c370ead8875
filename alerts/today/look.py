"""Who looks at the page of today, at whose work, and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, false, or_, select, true

from alerts.models import Alert
from alerts.plain import plain
from tracker.models import Prospect, User
from tracker.people.rights import Reach

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import Session

    from tracker.installation import Installation
    from tracker.people.scope import Scope


NAME_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Look:
    """One look: what is read, by whom, of whose, at what time."""

    session: Session
    installation: Installation
    user_id: int
    """Who reads."""
    scope: Scope
    """Whose work it is."""
    zone: ZoneInfo
    """The reader's."""
    now: datetime
    names: Mapping[int, str] = field(default_factory=dict)
    """Of users, as far as they were read already."""


def alerts_within(scope: Scope) -> ColumnElement[bool]:
    """Say which alerts are in reach: those to these users, and those about people of theirs."""
    if scope.is_all:
        return true()
    if scope.reach is Reach.NONE:
        return false()
    theirs = select(Prospect.id).where(Prospect.id == Alert.prospect_id, scope.each())
    return or_(Alert.user_id.in_(scope.users()), theirs.exists())


def begin_of_day(look: Look) -> datetime:
    """Give when the reader's day began, UTC."""
    today = look.now.astimezone(look.zone).date()
    return datetime.combine(today, time(), look.zone).astimezone(UTC)


def team(look: Look) -> tuple[tuple[int, str], ...]:
    """Name those whose work the reader may see, themselves included. One query."""
    rows = look.session.execute(
        select(User.id, User.name)
        .where(User.id.in_(look.scope.users()), User.left_at.is_(None))
        .order_by(User.name, User.id)
    )
    return tuple((user_id, plain(name, NAME_LENGTH)) for user_id, name in rows)
