"""Users and teams: who gets the calls, when, and who stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from sqlalchemy import func, select

from tracker.errors import PlainError
from tracker.models import Account, Deal, OwnerName, Role, Team, User
from tracker.names import email_key
from tracker.owners import map_by_itself
from tracker.people.written_hours import read_days, read_hours
from tracker.rules.hours import hours_of
from tracker.rules.stored import load_rules

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

ADDRESS_LENGTH = 254
"""Of an e-mail address at most (RFC 5321, errata 1690)."""

ADDRESS = re.compile(r"[^@\s\"<>(),;:\\]+@[^@\s\"<>(),;:\\]+")


class PeopleError(PlainError):
    """A user or team cannot be added, changed or found as asked."""


@dataclass(frozen=True, slots=True)
class UserWishes:
    """What is said of a user; None leaves it as it is (of a new user: at its default)."""

    role: Role | None = None
    team: str | None = None
    time_zone: str | None = None
    hours: str | None = None
    """`09:00-18:00` or `always`."""
    days: str | None = None
    """`1-5` or `1,3,5`."""
    deputy: str | None = None
    """Their address."""


@dataclass(frozen=True, slots=True)
class Added:
    """A new user, and how many owners' names were found to be theirs."""

    user: User
    names_mapped: int


def add_user(session: Session, name: str, email: str, wishes: UserWishes) -> Added:
    """Add a user; owners' names from the CRM that equal theirs are theirs from now on.

    Raises:
        PeopleError: name or address cannot be one, the address is taken, team or deputy are unknown.
        tracker.people.written_hours.HoursError: hours or days cannot be.

    """
    name, email = " ".join(name.split()), email.strip()
    if not name or not ADDRESS.fullmatch(email) or len(email) > ADDRESS_LENGTH:
        msg = f"{name!r} {email!r} is no name and address; write e.g. 'Sam Reed' sam@example.com"
        raise PeopleError(msg)
    if _find(session, email) is not None:
        msg = f"There is a user {email} already; change them with `ringback user change {email} …`"
        raise PeopleError(msg)
    user = User(name=name, email=email)
    hours = hours_of(load_rules(session))
    user.hours_start, user.hours_end, user.work_days = hours.start, hours.end, hours.days
    _apply(session, user, wishes)
    session.add(user)
    session.flush()
    return Added(user, map_by_itself(session))


def change_user(session: Session, email: str, wishes: UserWishes) -> User:
    """Change what is said of a user.

    Raises:
        PeopleError: there is no such user, team or deputy.
        tracker.people.written_hours.HoursError: hours or days cannot be.

    """
    user = user_with(session, email)
    _apply(session, user, wishes)
    session.flush()
    return user


def user_with(session: Session, email: str) -> User:
    """Find a user by address, whatever its case.

    Raises:
        PeopleError: there is none.

    """
    user = _find(session, email)
    if user is None:
        msg = f"There is no user {email}; `ringback user list` shows them all"
        raise PeopleError(msg)
    return user


def all_users(session: Session) -> Sequence[User]:
    """Give all users by name; those who left come last."""
    return session.scalars(select(User).order_by(User.left_at.is_not(None), User.name, User.id)).all()


def set_away(session: Session, email: str, first: date, last: date) -> User:
    """Say that a user is away from the first to the last day, both included, in their own zone.

    Raises:
        PeopleError: there is no such user, or the last day is before the first.

    """
    if last < first:
        msg = f"{last} is before {first}: write the first day away, then the last"
        raise PeopleError(msg)
    user = user_with(session, email)
    user.away_from, user.away_until = first, last
    return user


def set_back(session: Session, email: str) -> User:
    """Say that a user is back, from being away or from having left.

    Raises:
        PeopleError: there is no such user.

    """
    user = user_with(session, email)
    user.away_from = user.away_until = user.left_at = None
    return user


def set_left(session: Session, email: str, now: datetime) -> tuple[User, int]:
    """Say that a user left the company; gives how many deals and accounts still carry their name.

    Raises:
        PeopleError: there is no such user.

    """
    user = user_with(session, email)
    user.left_at = user.left_at or now
    names = select(OwnerName.id).where(OwnerName.user_id == user.id)
    owned = (
        session.scalar(select(func.count()).where(table.owner_name_id.in_(names)))
        for table in (Deal, Account)
    )
    return user, sum(count or 0 for count in owned)


def add_team(session: Session, name: str, manager: str | None) -> Team:
    """Add a team, or give the one there is another manager.

    Raises:
        PeopleError: the name is blank, or there is no such manager.

    """
    name = " ".join(name.split())
    if not name:
        msg = "A team needs a name"
        raise PeopleError(msg)
    team = session.scalar(select(Team).where(Team.name == name))
    if team is None:
        team = Team(name=name)
        session.add(team)
    if manager is not None:
        team.manager_id = user_with(session, manager).id
    session.flush()
    return team


def _find(session: Session, email: str) -> User | None:
    return session.scalar(select(User).where(func.lower(User.email) == email_key(email)))


def _apply(session: Session, user: User, wishes: UserWishes) -> None:
    if wishes.role is not None:
        user.role = wishes.role
    if wishes.team is not None:
        user.team_id = _team_id(session, wishes.team)
    if wishes.time_zone is not None:
        if wishes.time_zone not in available_timezones():
            msg = f"{wishes.time_zone!r} is no time zone; write one like Europe/London"
            raise PeopleError(msg)
        user.time_zone = wishes.time_zone
    if wishes.hours is not None:
        user.hours_start, user.hours_end = read_hours(wishes.hours)
        if wishes.hours.strip().casefold() == "always" and wishes.days is None:
            user.work_days = read_days("1-7")
    if wishes.days is not None:
        user.work_days = read_days(wishes.days)
    if wishes.deputy is not None:
        deputy = user_with(session, wishes.deputy)
        if deputy is user:
            msg = f"{user.name} cannot stand in for themselves; name another deputy"
            raise PeopleError(msg)
        user.deputy_id = deputy.id


def _team_id(session: Session, name: str) -> int:
    team = session.scalar(select(Team).where(Team.name == " ".join(name.split())))
    if team is None:
        msg = f"There is no team {name!r}; add it with `ringback team add {name!r}`"
        raise PeopleError(msg)
    return team.id
