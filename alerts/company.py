"""What one company is to us: its people, its deals, who gets its calls now, and what keeps it silent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import false, func, or_, select, true
from sqlalchemy.orm import aliased

from alerts.dossier import called, deal_facts
from alerts.plain import printable
from tracker.among import among
from tracker.models import Account, Consent, Deal, OwnerName, Prospect, Visit, deal_prospects
from tracker.suppression import suppressed_kinds
from tracker.words import DealStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from alerts.dossier import DealFacts
    from tracker.signing import Signer
    from tracker.words import State, SuppressionKind

MOST_PEOPLE = 50
"""People listed of a company; who visited longer ago is found by searching."""


class Reached(NamedTuple):
    """What of companies somebody may see: conditions on `Account` and `Prospect`, and owners of deals."""

    accounts: ColumnElement[bool]
    people: ColumnElement[bool]
    owners: Select[int] | None
    """Ids of owners' names whose deals are theirs; None: all deals are."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of a company's people, and how things stand with them."""

    prospect_id: int
    called: str
    job_title: str
    visited_at: datetime | None
    state: State | None
    intent: int
    """As of that visit."""
    consent_given: bool
    consent_taken_back: bool
    """It was taken back, and none is in force."""
    wishes: frozenset[SuppressionKind]


@dataclass(frozen=True, slots=True)
class Company:
    """A company as its page tells of it."""

    account_id: int
    name: str
    owner: str
    """As the CRM names them; empty: nobody."""
    people: tuple[Colleague, ...]
    """In reach, who visited last first."""
    more_people: bool
    deals: tuple[DealFacts, ...]
    """In reach, the latest first."""
    elsewhere: tuple[DealStatus, ...]
    """How far deals are that are a colleague's alone: they are counted, since they may hold alerts."""
    owner_ids: tuple[int | None, ...]
    """The users to whom its calls go: its own owner, then that of its latest lost deal."""

    @property
    def statuses(self) -> frozenset[str]:
        """How far its deals are."""
        return frozenset(deal.status for deal in self.deals) | frozenset(self.elsewhere)

    def name_of(self, prospect_id: int) -> str:
        """Name one of its people, for a list of what all of them did."""
        found = (one.called for one in self.people if one.prospect_id == prospect_id)
        return next(found, called("", "", self.name))


def company(session: Session, signer: Signer, account_id: int, reached: Reached) -> Company | None:
    """Read what is on record of a company; None when there is none such in reach."""
    found: Row[Account, OwnerName | None, bool] | None = session.execute(
        select(Account, OwnerName, _is_theirs(Account.owner_name_id, reached))
        .outerjoin(OwnerName, OwnerName.id == Account.owner_name_id)
        .where(Account.id == account_id, reached.accounts)
    ).one_or_none()
    if found is None:
        return None
    account, owner, is_theirs = found
    people = _people(session, signer, account, reached)
    all_deals = _deals(session, account_id, reached, [one.prospect_id for one in people])
    mine = [one for one in all_deals if is_theirs or one.in_reach]
    lost = (one.owner_user_id for one in all_deals if one.deal.status is DealStatus.LOST)
    return Company(
        account_id=account_id,
        name=printable(account.name),
        owner=printable(owner.name) if owner else "",
        people=people[:MOST_PEOPLE],
        more_people=len(people) > MOST_PEOPLE,
        deals=tuple(deal_facts(one.deal, one.owner, theirs=True) for one in mine),
        elsewhere=tuple(one.deal.status for one in all_deals if one not in mine),
        owner_ids=(owner.user_id if owner else None, next(lost, None)),
    )


def _people(session: Session, signer: Signer, account: Account, reached: Reached) -> tuple[Colleague, ...]:
    """List them, and one more than are shown, if there is one."""
    theirs = aliased(Visit)
    latest = (
        select(theirs.id)
        .where(theirs.prospect_id == Prospect.id)
        .order_by(theirs.last_at.desc(), theirs.id.desc())
        .limit(1)
        .correlate(Prospect)
        .scalar_subquery()
    )
    consents = select(Consent.id).where(Consent.prospect_id == Prospect.id)
    given = consents.where(Consent.revoked_at.is_(None)).exists()
    rows: Sequence[Row[Prospect, Visit | None, bool, bool]] = session.execute(
        select(Prospect, Visit, given, consents.exists())
        .outerjoin(Visit, Visit.id == latest)
        .where(Prospect.account_id == account.id, reached.people)
        .order_by(Visit.last_at.desc().nulls_last(), Prospect.id)
        .limit(MOST_PEOPLE + 1)
    ).all()
    wishes = suppressed_kinds(session, signer, [person.email for person, *_ in rows if person.email])
    return tuple(
        Colleague(
            prospect_id=person.id,
            called=called(printable(person.name), printable(person.email or ""), printable(account.name)),
            job_title=printable(person.job_title),
            visited_at=visit.last_at if visit else None,
            state=visit.state if visit else None,
            intent=visit.intent if visit else 0,
            consent_given=is_given,
            consent_taken_back=is_known and not is_given,
            wishes=frozenset(wishes.get(person.email or "", ())),
        )
        for person, visit, is_given, is_known in rows
    )


class _Found(NamedTuple):
    deal: Deal
    owner: str | None
    owner_user_id: int | None
    in_reach: bool


def _deals(session: Session, account_id: int, reached: Reached, people: Collection[int]) -> Sequence[_Found]:
    """List the company's deals, the latest first: in reach by their owner, or by somebody who is in them."""
    with_them = (
        select(deal_prospects.c.deal_id)
        .where(deal_prospects.c.deal_id == Deal.id, among(deal_prospects.c.prospect_id, people))
        .exists()
    )
    rows = session.execute(
        select(
            Deal,
            OwnerName.name,
            OwnerName.user_id,
            or_(_is_theirs(Deal.owner_name_id, reached), with_them),
        )
        .outerjoin(OwnerName, OwnerName.id == Deal.owner_name_id)
        .where(Deal.account_id == account_id)
        .order_by(Deal.closed_on.desc().nulls_last(), Deal.id.desc())
    )
    return [_Found(deal, owner, user_id, bool(in_reach)) for deal, owner, user_id, in_reach in rows]


def _is_theirs(owner: InstrumentedAttribute[int | None], reached: Reached) -> ColumnElement[bool]:
    return true() if reached.owners is None else func.coalesce(owner.in_(reached.owners), false())
