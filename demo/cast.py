"""Who plays in the journey: a mailbox for each owner, and the prospect who comes back."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from tracker.ingest.people import load_people
from tracker.models import Account, Deal, DealStatus, OwnerName, Prospect, User, deal_prospects
from tracker.people.users import UserWishes, add_user

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

DOMAIN = "reps.example"
ALWAYS = UserWishes(hours="always")
"""They work around the clock, so that the hour of the day does not matter."""


@dataclass(frozen=True, slots=True)
class Part:
    """The prospect who comes back, and what the mail about them must say."""

    prospect_id: int
    name: str
    email: str
    account: str
    phone: str
    """Empty when unknown."""
    competitor: str
    rep_name: str
    rep_email: str


def hire(session: Session) -> list[User]:
    """Make a user, with a mailbox, of each owner whom the CRM knows by name only."""
    hired = []
    names = session.scalars(select(OwnerName).where(OwnerName.user_id.is_(None)).order_by(OwnerName.id)).all()
    taken: set[str] = set()
    for owner in names:
        email = mailbox_of(owner.name, taken)
        taken.add(email)
        user = add_user(session, owner.name, email, ALWAYS).user
        # Mapped by itself only where no other user has that name.
        owner.user_id = user.id
        hired.append(user)
    return hired


def mailbox_of(name: str, taken: Collection[str] = ()) -> str:
    """Invent an address for a name, e.g. `sam.reed@reps.example`; an address stays what it is."""
    if re.fullmatch(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", name, re.ASCII):
        return name.lower()
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    local = re.sub(r"[^a-z0-9]+", ".", plain).strip(".") or "rep"
    number = 1
    while (email := f"{local}{number if number > 1 else ''}@{DOMAIN}") in taken:
        number += 1
    return email


def choose(session: Session, mailed: Collection[str]) -> Part | None:
    """Give the first lost deal with person, address and owner about which an alert may go out.

    `mailed` are the addresses that got a link. Passed over are people and accounts with an open or won
    deal (they hold alerts), deals that are not the person's latest, and accounts that somebody else owns.
    """
    other = Deal.__table__.alias("other")
    busy = exists().where(other.c.account_id == Prospect.account_id, other.c.status != DealStatus.LOST)
    lost = (
        select(Deal, Prospect, User)
        .join(deal_prospects, deal_prospects.c.deal_id == Deal.id)
        .join(Prospect, Prospect.id == deal_prospects.c.prospect_id)
        .join(OwnerName, OwnerName.id == Deal.owner_name_id)
        .join(User, User.id == OwnerName.user_id)
        .where(Deal.status == DealStatus.LOST, Deal.not_qualified.is_(False), ~busy)
        .order_by(Deal.id, Prospect.id)
    )
    for deal, prospect, user in session.execute(lost):
        if prospect.email is None or prospect.email not in mailed or _is_busy(session, prospect.id):
            continue
        account = session.get(Account, prospect.account_id) if prospect.account_id is not None else None
        latest = load_people(session, {prospect.id})[prospect.id].latest_loss
        keeper = _user_of(session, account.owner_name_id) if account is not None else None
        if latest is not None and latest.id == deal.id and keeper in (None, user.id):
            return Part(
                prospect_id=prospect.id,
                name=prospect.name,
                email=prospect.email,
                account=account.name if account is not None else "",
                phone=prospect.phone,
                competitor=deal.competitor,
                rep_name=user.name,
                rep_email=user.email,
            )
    return None


def _is_busy(session: Session, prospect_id: int) -> bool:
    """Tell whether they have an open or won deal of their own, in whichever account."""
    found = session.scalar(
        select(Deal.id)
        .join(deal_prospects, deal_prospects.c.deal_id == Deal.id)
        .where(deal_prospects.c.prospect_id == prospect_id, Deal.status != DealStatus.LOST)
        .limit(1)
    )
    return found is not None


def _user_of(session: Session, owner_name_id: int | None) -> int | None:
    if owner_name_id is None:
        return None
    return session.scalar(select(OwnerName.user_id).where(OwnerName.id == owner_name_id))
