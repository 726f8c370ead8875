"""Who one person is to us: name and number, account, deals, consent, wishes, and their links.

What they did is in `timeline.py`. Every text is printable here, as it is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

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

    from sqlalchemy.orm import Session

    from alerts.briefing.facts import Phone
    from tracker.installation import Installation


@dataclass(frozen=True, slots=True)
class DealFacts:
    """A deal as the CRM tells it; a blank stays blank."""

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
    account: str
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
        if self.name or self.email:
            return self.name or self.email
        return f"Somebody at {self.account}" if self.account else "Somebody without a name"


def dossier(session: Session, installation: Installation, prospect_id: int) -> Dossier | None:
    """Read what is on record about a person; None when there is no such person (any more)."""
    found = session.execute(
        select(Prospect, Account.name)
        .outerjoin(Account, Account.id == Prospect.account_id)
        .where(Prospect.id == prospect_id)
    ).one_or_none()
    if found is None:
        return None
    person, account = found
    return Dossier(
        prospect_id=person.id,
        name=printable(person.name),
        email=printable(person.email or ""),
        phone=read_phone(person.phone, person.country, installation.settings.phone_region),
        job_title=printable(person.job_title),
        account=printable(account or ""),
        deals=_deals(session, person),
        consents=_consents(session, prospect_id),
        wishes=_wishes(session, installation, person.email),
        links=_links(session, prospect_id, timedelta(days=installation.settings.token_days)),
        asked=asked_for(session, installation.signer, prospect_id),
    )


def _deals(session: Session, person: Prospect) -> tuple[DealFacts, ...]:
    own = select(deal_prospects.c.deal_id).where(deal_prospects.c.prospect_id == person.id)
    theirs = Deal.id.in_(own)
    of_company = [Deal.account_id == person.account_id] if person.account_id is not None else []
    rows = session.execute(
        select(Deal, OwnerName.name, theirs)
        .outerjoin(OwnerName, OwnerName.id == Deal.owner_name_id)
        .where(or_(theirs, *of_company))
        .order_by(theirs.desc(), Deal.closed_on.desc().nulls_last(), Deal.id.desc())
    )
    return tuple(
        DealFacts(
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
            theirs=bool(is_theirs),
        )
        for deal, owner, is_theirs in rows
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
