"""Plain builders of what the tests' stories need; every argument has a believable default."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from tracker.ingest.rows import VisitRow
from tracker.models import (
    Account,
    Campaign,
    Deal,
    DealStatus,
    LossOutcome,
    OwnerName,
    Prospect,
    ReasonKind,
    Role,
    Site,
    Token,
    User,
    deal_prospects,
)
from tracker.setwise import as_row
from tracker.signing import new_key

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Visit

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
"""A Tuesday, within everybody's working hours."""

_serial = count(1)


def add_user(session: Session, name: str = "Sam Reed", *, role: Role = Role.REP, **fields: object) -> User:
    email = fields.pop("email", f"{name.split(maxsplit=1)[0].lower()}{next(_serial)}@northwind.example")
    user = User(name=name, email=email, role=role, **fields)
    session.add(user)
    session.flush()
    return user


def add_owner_name(session: Session, user: User | None, name: str = "") -> OwnerName:
    name = name or (user.name if user else "Somebody Else")
    owner = OwnerName(
        name=name, name_key=f"{name.casefold()} {next(_serial)}", user_id=user.id if user else None
    )
    session.add(owner)
    session.flush()
    return owner


def add_account(session: Session, name: str = "Brightwell", owner: OwnerName | None = None) -> Account:
    account = Account(
        name=name, name_key=f"{name.casefold()} {next(_serial)}", owner_name_id=owner.id if owner else None
    )
    session.add(account)
    session.flush()
    return account


def add_prospect(
    session: Session, account: Account | None = None, name: str = "Dana Ortiz", **fields: object
) -> Prospect:
    email = str(fields.pop("email", f"{name.split(maxsplit=1)[0].lower()}{next(_serial)}@brightwell.example"))
    values: dict[str, object] = {
        "first_name": name.split(maxsplit=1)[0],
        "phone": "+442079460018",
        "country": "GB",
        "created_at": NOON,
    } | fields
    prospect = Prospect(
        name=name,
        email=email,
        email_key=email.casefold(),
        account_id=account.id if account else None,
        **values,
    )
    session.add(prospect)
    session.flush()
    return prospect


def add_deal(
    session: Session,
    *prospects: Prospect,
    account: Account | None = None,
    owner: OwnerName | None = None,
    **fields: object,
) -> Deal:
    """A deal lost on price to Acme in March 2025, unless told otherwise."""
    values: dict[str, object] = {
        "title": "Pro for Brightwell",
        "product": "Pro",
        "status": DealStatus.LOST,
        "value_minor": 4_800_000,
        "currency": "GBP",
        "closed_on": date(2025, 3, 14),
        "outcome": LossOutcome.CHOSE_COMPETITOR,
        "reason": "Price",
        "reason_kind": ReasonKind.PRICE,
        "competitor": "Acme",
        "notes": "Board wanted under £40k; SSO missing.",
        "imported_at": NOON,
    } | fields
    if account is None and prospects and prospects[0].account_id:
        values["account_id"] = prospects[0].account_id
    elif account is not None:
        values["account_id"] = account.id
    deal = Deal(import_key=f"own:{next(_serial)}", owner_name_id=owner.id if owner else None, **values)
    session.add(deal)
    session.flush()
    for prospect in prospects:
        session.execute(insert(deal_prospects).values(deal_id=deal.id, prospect_id=prospect.id))
    return deal


def add_site(session: Session, **fields: object) -> Site:
    values: dict[str, object] = {
        "key": new_key(10),
        "name": "Northwind",
        "origins": ["https://www.northwind.example"],
    } | fields
    site = Site(**values)
    session.add(site)
    session.flush()
    return site


def add_token(session: Session, prospect: Prospect, issued_at: datetime = NOON) -> Token:
    token = Token(key=new_key(12), prospect_id=prospect.id, issued_at=issued_at)
    session.add(token)
    session.flush()
    return token


def visit_row(visit: Visit) -> VisitRow:
    """A visit as the way of a hit reads it; its lists are empty unless set."""
    row: dict[str, Any] = {"signs": [], "state_reasons": [], "identity": [], "intent_reasons": []}
    row |= {name: value for name, value in as_row(visit).items() if value is not None or name not in row}
    return VisitRow(**row)


def add_campaign(session: Session, label: str = "spring-26") -> Campaign:
    campaign = Campaign(label=label, url="https://www.northwind.example/", created_at=NOON)
    session.add(campaign)
    session.flush()
    return campaign
