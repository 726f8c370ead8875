"""Who may act on which alert: a mail's reader by its door, or somebody who is signed in from their seat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, select

from alerts.doors import Door
from alerts.models import Alert
from alerts.plain import printable
from tracker.models import User

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


class OutcomeError(Exception):
    """A report cannot be taken; the message says what to do."""


class NotYoursError(OutcomeError):
    """There is no such alert or outcome for this user; whose it is, is not said."""


class ClosedError(OutcomeError):
    """The page on which this was reported showed an alert that is closed by now: sent again, it counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Seat(Door):
    """Of somebody who is signed in: opens any alert in their reach."""

    within: ColumnElement[bool]
    """What is in reach, as a condition on `Alert`."""
    seen_open: bool = False
    """The page that was acted on showed the alert as open."""


class Ground(NamedTuple):
    """What a door opens: the alert, and who acts on it."""

    alert: Alert
    user: User


@dataclass(frozen=True, slots=True)
class Claim:
    """Who is calling, and since when (UTC)."""

    user_id: int
    name: str
    since: datetime


def behind(session: Session, door: Door, *, lock: bool = False) -> Ground:
    """Find the alert of a door and who acts on it; with `lock`, the alert's row is held until the commit.

    Raises:
        NotYoursError: the alert is gone, is now another user's or out of reach, or the user left the company.

    """
    allowed = door.within if isinstance(door, Seat) else Alert.user_id == door.user_id
    query = (
        select(Alert, User)
        .join(User, User.id == door.user_id)
        .where(Alert.id == door.alert_id, User.left_at.is_(None), allowed)
    )
    found = session.execute(query.with_for_update(of=Alert) if lock else query).one_or_none()
    if found is None:
        msg = "This alert is not yours, or it is no longer there."
        raise NotYoursError(msg)
    return Ground(*found)


def claim_of(session: Session, alert: Alert) -> Claim | None:
    """Say who claimed an alert, or None."""
    if alert.claimed_by is None or alert.claimed_at is None:
        return None
    name = session.scalar(select(User.name).where(User.id == alert.claimed_by))
    return Claim(alert.claimed_by, printable(name or "Somebody"), alert.claimed_at)


def refuse_closed(ground: Ground, door: Door) -> None:
    """Let nobody report on an alert that was closed since they looked at it, but after another look.

    Raises:
        ClosedError: that is so.

    """
    if isinstance(door, Seat) and door.seen_open and ground.alert.closed_at is not None:
        msg = "Meanwhile a result was reported, so nothing was saved yet. Is yours still right? Then save it."
        raise ClosedError(msg)
