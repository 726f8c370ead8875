"""A deal as somebody types it in: lost just now, put right later.

A deal that is noted before any file named it is known by company and name, the key that
`tracker/imports/keys.py` gives a deal without an ID: the CRM's next export finds it by that, gives it its ID
and updates it instead of adding another. What a file says goes before what was typed; a blank cell of it
erases nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from tracker.by_hand.owners import own_name
from tracker.errors import PlainError
from tracker.imports.keys import fallback_key
from tracker.imports.loss import outcome_of
from tracker.imports.reasons import reason_kinds
from tracker.imports.storing.deals import FALLBACK
from tracker.listing import relist
from tracker.models import Account, Deal, DealStatus, LossOutcome, Prospect, deal_prospects
from tracker.names import name_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

SHOWN = 50
"""Deals of one person that a page shows; hardly anybody has more."""
DEALS = 1_000
"""Of a company's deals so many are looked through for one of the same name."""


class DealError(PlainError):
    """A deal cannot be stored as typed; the message says why."""


class KnownDealError(DealError):
    """This deal is here already."""

    def __init__(self, message: str, deal_id: int) -> None:
        """Take which it is."""
        super().__init__(message)
        self.deal_id = deal_id


@dataclass(frozen=True, slots=True)
class Loss:
    """What is said in the minute of the call."""

    outcome: LossOutcome | None
    reason: str
    competitor: str
    renewal_on: date | None
    notes: str
    post_mortem_at: datetime | None
    """UTC."""
    lost_on: date


@dataclass(frozen=True, slots=True)
class NewDeal:
    """A deal that no file named yet."""

    title: str
    product: str
    value_minor: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class DealWords:
    """What is said of a deal."""

    status: DealStatus
    title: str
    product: str
    value_minor: int | None
    currency: str
    closed_on: date | None
    outcome: LossOutcome | None
    """None: what follows from reason and winner."""
    reason: str
    competitor: str
    renewal_on: date | None
    notes: str
    not_qualified: bool
    post_mortem_at: datetime | None

    @classmethod
    def of(cls, deal: Deal) -> DealWords:
        """Give what is stored."""
        return cls(**{name: getattr(deal, name) for name in cls.__slots__})

    def told(self) -> dict[str, object]:
        """Give them by name, as the audit log and a fingerprint take them."""
        return {
            name: value if isinstance(value, (bool, int)) or value is None else str(value)
            for name, value in asdict(self).items()
        }


def deals_of(session: Session, prospect_id: int, status: DealStatus | None = None) -> Sequence[Deal]:
    """Give a person's deals, newest first."""
    wanted = (
        select(Deal)
        .join(deal_prospects, deal_prospects.c.deal_id == Deal.id)
        .where(deal_prospects.c.prospect_id == prospect_id)
        .order_by(Deal.closed_on.desc().nulls_first(), Deal.id.desc())
        .limit(SHOWN)
    )
    return session.scalars(wanted if status is None else wanted.where(Deal.status == status)).all()


def note_deal(session: Session, person: Prospect, new: NewDeal, user_id: int, now: datetime) -> Deal:
    """Add a deal that no file named yet, this user's own; open until its loss is noted.

    Raises:
        KnownDealError: it is here already.

    """
    account = session.get(Account, person.account_id) if person.account_id else None
    who = account.name if account else person.email or person.name
    key = fallback_key(who, new.title or new.product)
    known = session.scalar(select(Deal).where(Deal.import_key == key)) or _namesake(session, account, new)
    if known is not None:
        msg = "There is a deal of this name already: choose it, or name this one otherwise"
        raise KnownDealError(msg, known.id)
    deal = Deal(
        import_key=key,
        account_id=person.account_id,
        owner_name_id=own_name(session, user_id, now).id,
        title=new.title,
        product=new.product,
        status=DealStatus.OPEN,
        value_minor=new.value_minor,
        currency=new.currency if new.value_minor is not None else "",
        imported_at=now,
        noted_at=now,
    )
    session.add(deal)
    session.flush()
    session.execute(insert(deal_prospects).values(deal_id=deal.id, prospect_id=person.id))
    return deal


def lose(session: Session, deal: Deal, loss: Loss) -> None:
    """Note that a deal is lost; what was not said keeps what is stored, and notes are added to it.

    Raises:
        KnownDealError: it is not open any more.

    """
    if deal.status is not DealStatus.OPEN:
        msg = "Somebody noted meanwhile what became of this deal"
        raise KnownDealError(msg, deal.id)
    deal.status, deal.closed_on = DealStatus.LOST, loss.lost_on
    deal.reason = loss.reason or deal.reason
    deal.reason_kind = reason_kinds(session).kind_of(deal.reason)
    deal.competitor = loss.competitor or deal.competitor
    deal.outcome = loss.outcome or outcome_of(DealStatus.LOST, deal.reason_kind, deal.competitor)
    deal.renewal_on = loss.renewal_on or deal.renewal_on
    deal.notes = "\n\n".join(part for part in (deal.notes, loss.notes) if part)
    deal.post_mortem_at = loss.post_mortem_at
    _relist(session, deal)


def change_deal(session: Session, deal: Deal, words: DealWords) -> None:
    """Say something else of a deal.

    Raises:
        KnownDealError: another deal has the name that this one, noted by hand, is to get.

    """
    if is_noted(deal) and words.title != deal.title:
        _rename(session, deal, words)
    for name in ("status", "title", "product", "reason", "competitor", "notes", "renewal_on"):
        setattr(deal, name, getattr(words, name))
    deal.value_minor = words.value_minor
    deal.currency = words.currency if words.value_minor is not None else ""
    deal.not_qualified, deal.post_mortem_at = words.not_qualified, words.post_mortem_at
    deal.closed_on = None if words.status is DealStatus.OPEN else words.closed_on
    deal.reason_kind = reason_kinds(session).kind_of(words.reason)
    said = words.outcome or outcome_of(words.status, deal.reason_kind, words.competitor)
    deal.outcome = said if words.status is DealStatus.LOST else None
    _relist(session, deal)


def is_noted(deal: Deal) -> bool:
    """Whether no file named this deal yet, so that its name may still be put right."""
    return deal.noted_at is not None and deal.noted_at == deal.imported_at


def _relist(session: Session, deal: Deal) -> None:
    """Put the places in lists right of everybody in a deal."""
    people = select(deal_prospects.c.prospect_id).where(deal_prospects.c.deal_id == deal.id)
    relist(session, session.scalars(people).all())


def _rename(session: Session, deal: Deal, words: DealWords) -> None:
    """Let the CRM's export find it by its new name."""
    account = session.get(Account, deal.account_id) if deal.account_id else None
    if account is None:
        return  # the key is but a mark: files without a company find no deal by its name
    key = fallback_key(account.name, words.title or words.product)
    other = session.scalar(select(Deal.id).where(Deal.import_key == key, Deal.id != deal.id))
    if other is not None:
        msg = "There is a deal of this name already"
        raise KnownDealError(msg, other)
    deal.import_key = key


def _namesake(session: Session, account: Account | None, new: NewDeal) -> Deal | None:
    """Find the deal of that company and name which came with an ID: a file means that one by them."""
    if account is None:
        return None
    wanted = name_key(new.title or new.product)
    stored = session.execute(
        select(Deal.id, Deal.title, Deal.product)
        .where(Deal.account_id == account.id, Deal.import_key.not_like(f"{FALLBACK}%"))
        .order_by(Deal.id)
        .limit(DEALS)
    )
    found = next((row.id for row in stored if name_key(row.title or row.product) == wanted), None)
    return session.get(Deal, found) if found else None
