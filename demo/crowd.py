"""A crowd of made-up prospects, each with an account, a lost deal and a rep of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert

from tracker.models import (
    Account,
    Deal,
    DealStatus,
    LossOutcome,
    OwnerName,
    Prospect,
    ReasonKind,
    User,
    deal_prospects,
)
from tracker.names import name_key
from tracker.people.users import UserWishes, add_user
from tracker.sites import SiteWishes, add_site
from tracker.tokens import ensure_tokens, token_text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.installation import Installation

SITE = "https://visits.example"
CONTACT, PRICING = "/contact", "/pricing"
"""A page that never waits, and one whose mail waits for the policy's window."""
ADDRESSES = 250
"""Of each 127.0.x network that visitors come from."""
LOST_AGO = timedelta(days=200)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who will come, and whose rep's mail is waited for."""

    token: str
    page: str
    rep: str
    """The address of the rep's mailbox."""
    address: str
    """Where they come from."""


def invite(
    session: Session, installation: Installation, count: int, now: datetime
) -> tuple[str, list[Visitor]]:
    """Write `count` people into the database; gives the key of their site, and themselves."""
    site_key = add_site(session, SiteWishes((SITE,), "Visits")).key
    people = [_person(session, number, now) for number in range(1, count + 1)]
    ids = [prospect.id for prospect, _ in people]
    max_age = timedelta(days=installation.settings.token_days)
    tokens = ensure_tokens(session, ids, now, max_age)
    visitors = [
        Visitor(
            token=token_text(installation.signer, tokens[prospect.id], consent=False),
            page=(CONTACT, PRICING)[number % 2],
            rep=rep.email,
            address=f"127.0.{1 + number // ADDRESSES}.{1 + number % ADDRESSES}",
        )
        for number, (prospect, rep) in enumerate(people)
    ]
    return site_key, visitors


def _person(session: Session, number: int, now: datetime) -> tuple[Prospect, User]:
    rep = add_user(
        session, f"Rep {number}", f"rep{number}@visits-reps.example", UserWishes(hours="always")
    ).user
    owner = OwnerName(name=rep.name, name_key=name_key(rep.name), user_id=rep.id)
    session.add(owner)
    session.flush()
    account = Account(name=f"Account {number}", name_key=f"visits account {number}", owner_name_id=owner.id)
    session.add(account)
    session.flush()
    email = f"visitor{number}@account{number}.example"
    prospect = Prospect(
        account_id=account.id,
        email=email,
        email_key=email,
        name=f"Visitor {number}",
        first_name="Visitor",
        phone="+442079460018",
        country="GB",
        created_at=now,
    )
    deal = Deal(
        import_key=f"visits:{number}",
        account_id=account.id,
        owner_name_id=owner.id,
        title=f"Deal {number}",
        product="Pro",
        status=DealStatus.LOST,
        value_minor=4_800_000,
        currency="GBP",
        closed_on=(now - LOST_AGO).date(),
        outcome=LossOutcome.CHOSE_COMPETITOR,
        reason="Price",
        reason_kind=ReasonKind.PRICE,
        competitor="Acme",
        imported_at=now,
    )
    session.add_all((prospect, deal))
    session.flush()
    session.execute(insert(deal_prospects).values(deal_id=deal.id, prospect_id=prospect.id))
    return prospect, rep
