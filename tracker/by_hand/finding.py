"""Whom somebody means who notes a lost deal: their own open deals, or a person that they search for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from tracker.models import Account, Deal, DealStatus, ListingWord, OwnerName, Prospect, deal_prospects
from tracker.search_words import PAST_ALL_LETTERS, typed_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.people.scope import Scope

FOUND = 10
"""People that a search shows: more do not fit on a phone."""
OFFERED = 8
"""Open deals that are offered before anything is searched for."""


class Found(NamedTuple):
    """A person, and enough to tell them from others."""

    id: int
    name: str
    company: str
    email: str


class Offered(NamedTuple):
    """An open deal of one's own, and whose it is."""

    deal_id: int
    title: str
    prospect_id: int
    name: str
    company: str


def find_people(session: Session, scope: Scope, text: str) -> Sequence[Found]:
    """Find people in reach by the beginnings of words of name, company, address or deal."""
    begins = [
        Prospect.id.in_(
            select(ListingWord.prospect_id).where(
                ListingWord.word >= word, ListingWord.word < word + PAST_ALL_LETTERS
            )
        )
        for word in typed_words(text)
    ]
    if not begins:
        return []
    rows = session.execute(
        select(Prospect.id, Prospect.name, Account.name, Prospect.email)
        .outerjoin(Account, Account.id == Prospect.account_id)
        .where(scope.prospects(), *begins)
        .order_by(Prospect.name, Prospect.id)
        .limit(FOUND)
    )
    return [Found(number, name, company or "", email or "") for number, name, company, email in rows]


def own_open_deals(session: Session, user_id: int) -> Sequence[Offered]:
    """Give the open deals that are this user's by their owner's name, the newest first."""
    mine = select(OwnerName.id).where(OwnerName.user_id == user_id)
    rows = session.execute(
        select(Deal.id, Deal.title, Deal.product, Prospect.id, Prospect.name, Prospect.email, Account.name)
        .join(deal_prospects, deal_prospects.c.deal_id == Deal.id)
        .join(Prospect, Prospect.id == deal_prospects.c.prospect_id)
        .outerjoin(Account, Account.id == Prospect.account_id)
        .where(Deal.owner_name_id.in_(mine), Deal.status == DealStatus.OPEN)
        .order_by(Deal.id.desc(), Prospect.id)
        .limit(OFFERED)
    )
    return [
        Offered(deal_id, title or product, number, name or email or "", company or "")
        for deal_id, title, product, number, name, email, company in rows
    ]
