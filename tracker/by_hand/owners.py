"""The name under which somebody owns what they note themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.models import OwnerName, User
from tracker.names import name_key
from tracker.owners import NAME_LENGTH

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def own_name(session: Session, user_id: int) -> OwnerName:
    """Give the owner's name that stands for this user, made where none does.

    It is their own, as a CRM would spell it, so that the next file means the same; where that is a
    namesake's, their address.
    """
    known = session.scalar(
        select(OwnerName).where(OwnerName.user_id == user_id).order_by(OwnerName.id).limit(1)
    )
    if known is not None:
        return known
    user = session.get_one(User, user_id)
    for name in (user.name, user.email):
        key = name_key(name, NAME_LENGTH)
        owner = session.scalar(select(OwnerName).where(OwnerName.name_key == key))
        if owner is None:
            owner = OwnerName(name=name[:NAME_LENGTH], name_key=key)
            session.add(owner)
        if owner.user_id is None:
            owner.user_id = user_id
            session.flush()
            return owner
    msg = f"the name and the address of user {user_id} both stand for others"
    raise LookupError(msg)
