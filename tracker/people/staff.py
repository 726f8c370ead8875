"""What admins do to users on the pages: enlist them, give them role and team, keep one admin at least."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.audit import What, note
from tracker.errors import PlainError
from tracker.models import Team, User
from tracker.names import email_key
from tracker.people.first_admin import ONE_AT_A_TIME, count_admins
from tracker.people.users import UserWishes, add_team, add_user
from tracker.words import Role, Thing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.audit import Actor

TEAM_LENGTH = 200


class StaffError(PlainError):
    """A user cannot be enlisted or changed as asked."""


class LastAdminError(StaffError):
    """Without this admin there would be none."""


def read_role(text: str) -> Role:
    """Read a role.

    Raises:
        StaffError: there is none of that name.

    """
    try:
        return Role(text)
    except ValueError as error:
        msg = "Choose a role of the list"
        raise StaffError(msg) from error


def enlist(session: Session, name: str, email: str, role: Role, time_zone: str) -> User:
    """Add a user.

    Raises:
        StaffError: there is one with this address.

    """
    there = session.scalar(select(User).where(func.lower(User.email) == email_key(email)))
    if there is not None:
        gone = ", who left: open them in the list to have them back" if there.left_at else ""
        msg = f"This is the address of {there.name}{gone}"
        raise StaffError(msg)
    return add_user(session, name, email, UserWishes(role=role, time_zone=time_zone)).user


def team_named(session: Session, who: Actor, name: str, now: datetime) -> int | None:
    """Find a team, or add it; none where the name is blank."""
    name = " ".join(name.split())[:TEAM_LENGTH]
    if not name:
        return None
    team = session.scalar(select(Team).where(Team.name == name))
    if team is None:
        team = add_team(session, name, None)
        note(session, who, "add", What(Thing.TEAM, team.id, after={"name": name}), now)
    return team.id


def keep_an_admin(session: Session, user: User, *, stays: bool) -> None:
    """Make sure that somebody is left who may add users.

    Raises:
        LastAdminError: this one is the last.

    """
    if stays or user.role != Role.ADMIN or user.left_at is not None:
        return
    if session.get_bind().dialect.name == "postgresql":
        # Two admins who give up at the same moment must not both believe in the other.
        session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    if count_admins(session) <= 1:
        msg = f"{user.name} is the only admin: make somebody else one first"
        raise LastAdminError(msg)
