"""The name under which somebody owns what they note themselves."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.audit import What, by_user, note
from tracker.models import OwnerName, User
from tracker.names import name_key
from tracker.owners import NAME_LENGTH
from tracker.words import Thing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session


def own_name(session: Session, user_id: int, now: datetime) -> OwnerName:
    """Give the owner's name that stands for this user, made where none does; that is put on record.

    It is their own, as a CRM would spell it, so that the next file means the same. Where they gave
    themselves that name, or have a namesake, it is their address; and where even that is somebody
    else's, one that nobody has. What stands for others already stays theirs.
    """
    known = session.scalar(
        select(OwnerName).where(OwnerName.user_id == user_id).order_by(OwnerName.id).limit(1)
    )
    if known is not None:
        return known
    user = session.get_one(User, user_id)
    is_told = not user.named_self and not _has_namesake(session, user)
    names = chain([user.name] if is_told else [], _addresses(user))
    owner = next(filter(None, (_free(session, name) for name in names)))
    owner.user_id = user_id
    session.flush()
    what = What(Thing.OWNER, owner.id, after={"owner": owner.name, "user_id": user_id})
    note(session, by_user(user_id), "map", what, now)
    return owner


def _has_namesake(session: Session, user: User) -> bool:
    """Whether an admin gave a colleague the same name, but for case and spacing."""
    others = session.scalars(select(User.name).where(User.id != user.id, User.named_self.is_(False)))
    key = name_key(user.name, NAME_LENGTH)
    return any(name_key(name, NAME_LENGTH) == key for name in others)


def _addresses(user: User) -> Iterator[str]:
    """Give names that say who it is and that they did not choose, until one is free."""
    if len(user.email) <= NAME_LENGTH:
        yield user.email
    for number in count(1):
        yield f"User {user.id} ({number}) {user.email}"[:NAME_LENGTH]


def _free(session: Session, name: str) -> OwnerName | None:
    """Give the owner of this name whom nobody stands behind, or a new one; None where somebody does."""
    key = name_key(name, NAME_LENGTH)
    owner = session.scalar(select(OwnerName).where(OwnerName.name_key == key))
    if owner is None:
        owner = OwnerName(name=name[:NAME_LENGTH], name_key=key)
        session.add(owner)
    return owner if owner.user_id is None else None
