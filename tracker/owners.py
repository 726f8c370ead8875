"""Owners as the CRM spells them, mapped once to the users who stand behind the names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.errors import PlainError
from tracker.models import Account, Deal, OwnerName, User
from tracker.names import email_key, name_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

NAME_LENGTH = 200


class OwnerError(PlainError):
    """There is no such name or no such user; the message says what to do."""


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """One owner's name, whom it stands for (None: nobody yet), and how much hangs on it."""

    name: str
    user_name: str | None
    user_email: str | None
    deals: int
    accounts: int


def list_owners(session: Session) -> list[OwnerLine]:
    """Give all names: those that nobody stands behind first, then the most deals first."""
    deals = select(func.count()).where(Deal.owner_name_id == OwnerName.id).correlate(OwnerName)
    accounts = select(func.count()).where(Account.owner_name_id == OwnerName.id).correlate(OwnerName)
    rows = session.execute(
        select(
            OwnerName.name, User.name, User.email, deals.scalar_subquery(), accounts.scalar_subquery()
        ).outerjoin(User, User.id == OwnerName.user_id)
    )
    lines = [OwnerLine(*row) for row in rows]
    return sorted(
        lines, key=lambda line: (line.user_email is not None, -line.deals, -line.accounts, line.name)
    )


def map_owner(session: Session, name: str, email: str) -> User:
    """Say that the CRM's `name` is the user with this address; the last word counts.

    Raises:
        OwnerError: no file named this owner, or there is no such user.

    """
    owner = session.scalar(select(OwnerName).where(OwnerName.name_key == name_key(name, NAME_LENGTH)))
    if owner is None:
        msg = f"No file named an owner {name!r}. See the names with: ringback owners"
        raise OwnerError(msg)
    user = session.scalar(select(User).where(func.lower(User.email) == email_key(email)))
    if user is None:
        msg = f"There is no user with the address {email}. Add them first, then map the name."
        raise OwnerError(msg)
    owner.user_id = user.id
    session.flush()
    return user


def map_by_itself(session: Session, addresses: Iterable[tuple[str, str]] = ()) -> int:
    """Map every unmapped name that leaves no doubt; give how many.

    A name leaves no doubt when it equals exactly one user's name, or a user's address, or when a
    file gave the address along with it: `addresses` are such pairs of name and address. A name that
    somebody gave themselves counts for nothing: else they would get whatever they call themselves.
    Call it after an import and when a user is added.
    """
    by_email: dict[str, int] = {}
    by_name: dict[str, list[int]] = {}
    for user in session.scalars(select(User)):
        by_email[email_key(user.email)] = user.id
        if not user.named_self:
            by_name.setdefault(name_key(user.name, NAME_LENGTH), []).append(user.id)
    given = {name_key(name, NAME_LENGTH): email_key(address) for name, address in addresses}
    mapped = 0
    for owner in session.scalars(select(OwnerName).where(OwnerName.user_id.is_(None))):
        namesakes = by_name.get(owner.name_key, [])
        user_id = by_email.get(given.get(owner.name_key, ""), by_email.get(owner.name_key))
        if user_id is None and len(namesakes) == 1:
            user_id = namesakes[0]
        if user_id is not None:
            owner.user_id = user_id
            mapped += 1
    session.flush()
    return mapped
