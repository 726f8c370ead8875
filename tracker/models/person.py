"""The company's own people: users, their teams, and the names by which a CRM knows them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, UtcDateTime
from tracker.words import Role


class Team(Base):
    """A group of reps; what nobody owns goes to its manager."""

    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", use_alter=True))


class User(Base):
    """Someone who works here. Working hours are minutes after midnight in their own time zone."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    named_self: Mapped[bool] = mapped_column(default=False)
    """They gave themselves this name: whoever owns something under it in the CRM may be somebody else."""
    email: Mapped[str] = mapped_column(String(320), unique=True)
    role: Mapped[Role] = mapped_column(default=Role.REP)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    hours_start: Mapped[int] = mapped_column(default=9 * 60)
    hours_end: Mapped[int] = mapped_column(default=18 * 60)
    work_days: Mapped[str] = mapped_column(String(7), default="12345")
    """ISO weekdays: Monday is 1."""
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]
    """Last day away, in the user's own zone."""
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Set when they left the company: nothing is sent to them any more."""
    own_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Links that mark a browser as theirs, and browsers so marked, count only if they are younger."""


class OwnerName(Base):
    """An owner as the CRM's export spells it, mapped once to a user (or not yet)."""

    __tablename__ = "owner_names"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200), unique=True)
    """The name casefolded, with single spaces."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
