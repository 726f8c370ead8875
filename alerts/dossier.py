"""Who one person is to us: name and number, account, deals, consent, wishes, and their links.

What they did is in `timeline.py`. Every text is printable here, as it is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, literal, select, true, union_all

from alerts.briefing.local_time import read_phone
from alerts.plain import printable
from alerts.stops import asked_for
from tracker.models import (
    Account,
    Consent,
    Deal,
    OwnerName,
    Prospect,
    Suppression,
    Token,
    deal_prospects,
)
from tracker.suppression import email_hash
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from alerts.briefing.facts import Phone
    from tracker.installation import Installation


@dataclass(frozen=True, slots=True)
class DealFacts:
    """A deal as the CRM tells it; a blank stays blank."""

    id: int
    title: str
    product: str
    status: str
    value_minor: int | None
    currency: str
    closed_on: date | None
    outcome: str
    reason: str
    competitor: str
    notes: str
    renewal_on: date | None
    not_qualified: bool
    owner: str
    imported_at: datetime
    theirs: bool
    """The person is in it; else it is their company's, which the mail counts and a hold may rest on."""


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """A proof of consent, and whether it was taken back."""

    given_at: datetime
    text_version: str
    source: str
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish to be left alone: unsubscribed, do_not_call, do_not_track."""

    kind: str
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A token of this person: when it was made, until when it is good, and when it was revoked."""

    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything on record about a person that is not a visit; deals newest first, their own at the top."""

    prospect_id: int
    name: str
    email: str
    phone: Phone | None
    job_title: str
    account_id: int | None
    account: str
    country: str
    time_zone: str
    deals: tuple[DealFacts, ...]
    consents: tuple[ConsentFacts, ...]
    wishes: tuple[Wish, ...]
    links: tuple[LinkFacts, ...]
    asked: frozenset[SuppressionKind]
    """Every wish that stands, also of somebody without an address, whose wishes only a report tells."""

    @property
    def no_calls(self) -> bool:
        """They asked not to be called."""
        return SuppressionKind.DO_NOT_CALL in self.asked

    @property
    def no_recognising(self) -> bool:
        """They asked not to be recognised on the website."""
        return SuppressionKind.DO_NOT_TRACK in self.asked

    @property
    def called(self) -> str:
        """What to call them on a page when the name is unknown."""
        return called(self.name, self.email, self.account)


def called(name: str, email: str, account: str) -> str:
    """Name a person on a page: by name, address, or where they work."""
    if name or email:
        return name or email
    return f"Somebody at {account}" if account else "Somebody without a name"


def dossier(
    session: Session, installation: Installation, prospect_id: int, reach: ColumnElement[bool] | None = None
) -> Dossier | None:
    """Read what is on record about a person; None when there is none such (any more), or none in `reach`."""
    found = session.execute(
        select(Prospect, Account.name)
        .outerjoin(Account, Account.id == Prospect.account_id)
        .where(Prospect.id == prospect_id, true() if reach is None else reach)
    ).one_or_none()
    if found is None:
        return None
    person, account = found
    wishes = _wishes(session, installation, person.email)
    return Dossier(
        prospect_id=person.id,
        name=printable(person.name),
        email=printable(person.email or ""),
        phone=read_phone(person.phone, person.country, installation.settings.phone_region),
        job_title=printable(person.job_title),
        account_id=person.account_id,
        account=printable(account or ""),
        country=printable(person.country),
        time_zone=printable(person.time_zone),
        deals=_deals(session, person),
        consents=_consents(session, prospect_id),
        wishes=wishes,
        links=_links(session, prospect_id, timedelta(days=installation.settings.token_days)),
        asked=(
            frozenset(SuppressionKind(wish.kind) for wish in wishes)
            if person.email
            else asked_for(session, installation.signer, prospect_id)
        ),
    )


def _deals(session: Session, person: Prospect) -> tuple[DealFacts, ...]:
    # By the ways in that have an index each: one condition with an OR would read every deal there is.
    own = select(deal_prospects.c.deal_id, literal(1).label("theirs")).where(
        deal_prospects.c.prospect_id == person.id
    )
    of_company = select(Deal.id, literal(0)).where(Deal.account_id == person.account_id)
    ways = (own if person.account_id is None else union_all(own, of_company)).subquery()
    wanted = (
        select(ways.c.deal_id, func.max(ways.c.theirs).label("theirs")).group_by(ways.c.deal_id).subquery()
    )
    rows = session.execute(
        select(Deal, OwnerName.name, wanted.c.theirs)
        .join(wanted, wanted.c.deal_id == Deal.id)
        .outerjoin(OwnerName, OwnerName.id == Deal.owner_name_id)
        .order_by(wanted.c.theirs.desc(), Deal.closed_on.desc().nulls_last(), Deal.id.desc())
    )
    return tuple(deal_facts(deal, owner, theirs=bool(theirs)) for deal, owner, theirs in rows)


def deal_facts(deal: Deal, owner: str | None, *, theirs: bool) -> DealFacts:
    """Write down a deal; `owner` is the name of its owner in the CRM, `theirs` as `DealFacts` has it."""
    return DealFacts(
        id=deal.id,
        title=printable(deal.title),
        product=printable(deal.product),
        status=deal.status,
        value_minor=deal.value_minor,
        currency=printable(deal.currency),
        closed_on=deal.closed_on,
        outcome=deal.outcome or "",
        reason=printable(deal.reason),
        competitor=printable(deal.competitor),
        notes=printable(deal.notes),
        renewal_on=deal.renewal_on,
        not_qualified=deal.not_qualified,
        owner=printable(owner or ""),
        imported_at=deal.imported_at,
        theirs=theirs,
    )


def _consents(session: Session, prospect_id: int) -> tuple[ConsentFacts, ...]:
    rows = session.scalars(
        select(Consent).where(Consent.prospect_id == prospect_id).order_by(Consent.given_at.desc())
    )
    return tuple(
        ConsentFacts(row.given_at, printable(row.text_version), printable(row.source), row.revoked_at)
        for row in rows
    )


def _wishes(session: Session, installation: Installation, email: str | None) -> tuple[Wish, ...]:
    if not email:
        return ()
    rows = session.scalars(
        select(Suppression)
        .where(Suppression.email_hash == email_hash(installation.signer, email))
        .order_by(Suppression.at.desc(), Suppression.id)
    )
    return tuple(Wish(row.kind, printable(row.source), row.at) for row in rows)


def _links(session: Session, prospect_id: int, age: timedelta) -> tuple[LinkFacts, ...]:
    rows = session.scalars(
        select(Token).where(Token.prospect_id == prospect_id).order_by(Token.issued_at.desc())
    )
    return tuple(LinkFacts(row.issued_at, row.issued_at + age, row.revoked_at) for row in rows)
