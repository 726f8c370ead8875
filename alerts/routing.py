"""Whose call is it? PURE: the account's present owner, else the deal's, else the team's manager.

Who is away is stood in for by their deputy, else by their team's manager; who has left the company
gets nothing any more. When everybody who could take it is away, it waits for the first of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.people.hours import is_away
from tracker.words import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from tracker.models import User


@dataclass(frozen=True, slots=True)
class Route:
    """The one to tell (None: nobody), and whether they are away with nobody to stand in."""

    user: User | None
    away: bool = False


def route(
    owner_ids: Sequence[int | None],
    users: Mapping[int, User],
    manager_of_team: Mapping[int, int | None],
    now: datetime,
) -> Route:
    """Find the one to tell. `owner_ids` are the account's owner and the deal's, in this order."""
    owners = [users[owner_id] for owner_id in owner_ids if owner_id is not None and owner_id in users]
    present = next((owner for owner in owners if owner.left_at is None), None)
    if present is None:
        managers = [*_managers_of(owners, users, manager_of_team), *_managers(users)]
        there = next(_there(managers, now), None)
        if there is not None:
            return Route(there)
        employed = next((user for user in managers if user.left_at is None), None)
        return Route(employed, away=employed is not None)
    if not is_away(present, now):
        return Route(present)
    deputies = [*_deputies_of(present, users), *_managers_of([present], users, manager_of_team)]
    stand_in = next(_there(deputies, now, but=present), None)
    return Route(stand_in) if stand_in else Route(present, away=True)


def stand_ins(
    reader: User, users: Mapping[int, User], manager_of_team: Mapping[int, int | None], now: datetime
) -> list[User]:
    """List who may take what does not reach `reader`: their deputy, their team's manager, any manager."""
    found = [
        *_deputies_of(reader, users),
        *_managers_of([reader], users, manager_of_team),
        *_managers(users),
    ]
    return list(_there(found, now, but=reader))


def _deputies_of(user: User, users: Mapping[int, User]) -> list[User]:
    deputy = users.get(user.deputy_id) if user.deputy_id is not None else None
    return [deputy] if deputy else []


def _managers_of(
    owners: Iterable[User], users: Mapping[int, User], manager_of_team: Mapping[int, int | None]
) -> list[User]:
    ids = [manager_of_team.get(owner.team_id) for owner in owners if owner.team_id is not None]
    return [users[user_id] for user_id in ids if user_id is not None and user_id in users]


def _managers(users: Mapping[int, User]) -> list[User]:
    """All managers, the longest there first: the last resort for what nobody owns."""
    return sorted((user for user in users.values() if user.role is Role.MANAGER), key=lambda user: user.id)


def _there(users: Iterable[User], now: datetime, *, but: User | None = None) -> Iterator[User]:
    return (user for user in users if user is not but and user.left_at is None and not is_away(user, now))
