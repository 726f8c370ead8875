"""Changes of users and teams, put on record as they are made."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tracker.audit import What, note, note_change
from tracker.people.sessions import end_all
from tracker.words import Thing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.audit import Actor
    from tracker.models import User

KEPT = (
    "name", "named_self", "email", "role", "team_id", "time_zone", "hours_start", "hours_end", "work_days",
    "deputy_id", "away_from", "away_until", "left_at",
)  # fmt: skip
"""What of a user is told in the audit log."""


def portrait(user: User) -> dict[str, Any]:
    """Give what is on record of a user, as plain values."""
    values = {name: getattr(user, name) for name in KEPT}
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()
    }


@contextmanager
def changing(session: Session, who: Actor, user: User, now: datetime) -> Iterator[None]:
    """Put on record what of a user is changed within; who left, or comes back, is signed out everywhere."""
    before = portrait(user)
    yield
    note_change(session, who, "change", What(Thing.USER, user.id, before, portrait(user)), now)
    if user.left_at is not None or before["left_at"] is not None:
        sign_out_everywhere(session, who, user, now)


def added(session: Session, who: Actor, user: User, now: datetime) -> None:
    """Put on record that a user was added."""
    note(session, who, "add", What(Thing.USER, user.id, after=portrait(user)), now)


def sign_out_everywhere(
    session: Session, who: Actor, user: User, now: datetime, but: int | None = None
) -> int:
    """End all sessions of a user, `but` one if they keep it; gives how many were ended."""
    number = end_all(session, user.id, now, but)
    if number:
        note(session, who, "end sessions", What(Thing.USER, user.id, after={"sessions": number}), now)
    return number
