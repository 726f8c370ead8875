"""The made-up company's own people: an admin, a marketer, reps in teams with managers, and who has left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.demo_data.names import FIRST_NAMES, LAST_NAMES
from tracker.models import OwnerName, Role, Team, User
from tracker.names import email_key, name_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from random import Random

    from sqlalchemy.orm import Session

DOMAIN = "northwind.example"
PROSPECTS_A_REP = 2_000
FEWEST_REPS, MOST_REPS = 6, 48
LEFT_SHARE, UNKNOWN_NAMES = 8, 3
"""For so many reps one has left; and so many names in the CRM stand for nobody."""
ALWAYS = {"hours_start": 0, "hours_end": 24 * 60, "work_days": "1234567"}
TEAMS = (
    ("Round the clock", "Europe/London"),
    ("Europe", "Europe/London"),
    ("Central Europe", "Europe/Berlin"),
    ("Americas East", "America/New_York"),
    ("Americas West", "America/Los_Angeles"),
    ("Pacific", "Australia/Sydney"),
)
"""The first one works around the clock, so that somebody is called at whatever time one looks."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A name by which the CRM knows an owner, and the user whom it stands for, if any."""

    name_id: int
    user_id: int | None
    weight: int
    """How often it owns something, beside the others."""
    time_zone: str


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody, and who owns what."""

    owners: tuple[Owner, ...]
    on_call: frozenset[int]
    """The reps who work around the clock."""
    admin_email: str


def hire(session: Session, random: Random, prospects: int, now: datetime) -> Staff:
    """Add everybody; names and addresses that are taken get a number."""
    reps = min(MOST_REPS, max(FEWEST_REPS, prospects // PROSPECTS_A_REP))
    names = _names(session, random)
    admin = _user(names, Role.ADMIN, "Europe/London")
    session.add_all([admin, _user(names, Role.MARKETER, "Europe/London")])
    teams = _teams(session, names)
    hired: list[User] = []
    for number in range(reps):
        team, zone = teams[number % len(teams)]
        hired.append(_user(names, Role.REP, zone, team_id=team.id, **(ALWAYS if team is teams[0][0] else {})))
    gone = [
        _user(names, Role.REP, "Europe/London", team_id=teams[1][0].id) for _ in range(1 + reps // LEFT_SHARE)
    ]
    for user in gone:
        user.left_at = now - timedelta(days=random.randint(20, 300))
    session.add_all([*hired, *gone])
    session.flush()
    _absences(hired, now)
    return Staff(
        owners=tuple(_owners(session, random, hired, gone)),
        on_call=frozenset(user.id for user in hired if user.team_id == teams[0][0].id),
        admin_email=admin.email,
    )


def _names(session: Session, random: Random) -> Iterator[tuple[str, str]]:
    """Give names with addresses that nobody has, for ever."""
    taken = set(map(email_key, session.scalars(select(User.email))))
    taken_names = set(session.scalars(select(OwnerName.name_key)))
    while True:
        first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
        email, name = f"{first}.{last}@{DOMAIN}".lower(), f"{first} {last}"
        if email not in taken and name_key(name) not in taken_names:
            taken.add(email)
            yield name, email


def _user(names: Iterator[tuple[str, str]], role: Role, zone: str, **fields: object) -> User:
    name, email = next(names)
    return User(name=name, email=email, role=role, time_zone=zone, **fields)


def _teams(session: Session, names: Iterator[tuple[str, str]]) -> list[tuple[Team, str]]:
    taken = set(session.scalars(select(Team.name)))
    teams = []
    for title, zone in TEAMS:
        free = (
            name for number in range(1, len(taken) + 2) if (name := _numbered(title, number)) not in taken
        )
        team = Team(name=next(free))
        session.add(team)
        session.flush()
        manager = _user(
            names, Role.MANAGER, zone, team_id=team.id, **(ALWAYS if title == TEAMS[0][0] else {})
        )
        session.add(manager)
        session.flush()
        team.manager_id = manager.id
        teams.append((team, zone))
    return teams


def _numbered(title: str, number: int) -> str:
    return title if number == 1 else f"{title} {number}"


def _absences(reps: list[User], now: datetime) -> None:
    """Have two away, one with a deputy; the round-the-clock team stays."""
    away = [rep for rep in reps if rep.work_days != ALWAYS["work_days"]][:2]
    for rep in away:
        rep.away_from = (now - timedelta(days=3)).date()
        rep.away_until = (now + timedelta(days=6)).date()
    away[0].deputy_id = next(rep.id for rep in reversed(reps) if rep not in away)


def _owners(session: Session, random: Random, reps: list[User], gone: list[User]) -> Iterator[Owner]:
    named = [(user, user.name, random.randint(6, 14)) for user in reps]
    named += [(user, user.name, 3) for user in gone]
    people = [
        (f"{random.choice(FIRST_NAMES)} {place}", last)
        for place, last in zip("ABC", LAST_NAMES, strict=False)
    ]
    unknown: list[tuple[User | None, str, int]] = [(None, f"{first}. {last}", 2) for first, last in people]
    taken = set(session.scalars(select(OwnerName.name_key)))
    for user, name, weight in [*named, *unknown[:UNKNOWN_NAMES]]:
        free = (
            one
            for number in range(1, len(taken) + 2)
            if name_key(one := _numbered(name, number)) not in taken
        )
        spelled = next(free)
        row = OwnerName(name=spelled, name_key=name_key(spelled, 200), user_id=user.id if user else None)
        taken.add(row.name_key)
        session.add(row)
        session.flush()
        yield Owner(row.id, row.user_id, weight, user.time_zone if user else "")
