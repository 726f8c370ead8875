"""Prospects' places in lists, put together from their rows again whenever one of those changes.

Who changes a prospect, their company or their deals calls `relist` in the same transaction. Visits change too
often for that: `tracker.relisting` takes them in soon after, and looks at everybody once a day.
"""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, not_, select, true, update
from sqlalchemy.orm import aliased

from tracker.among import among
from tracker.ingest.history import PEOPLE
from tracker.ingest.intent import DEFAULT_POINTS, HALF_LIFE
from tracker.listing_rows import store_places, store_words
from tracker.models import Account, Deal, DealStatus, Listing, ListingWord, Prospect, Visit, deal_prospects
from tracker.models.listing import NAME, NO_VALUE, WORD
from tracker.names import name_key
from tracker.renewal import first_renewal
from tracker.search_words import fold, words_of
from tracker.suppression import email_hash
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from tracker.ingest.intent import Points
    from tracker.renewal import Terms
    from tracker.signing import Signer
    from tracker.words import LossOutcome

OWNER_MARK = "@"
"""Before the id of an owner's name: a word that nobody can type, by which their prospects are found."""
ADDRESS_MARK = "#"
"""Before the keyed hash of a prospect's address: the word by which what they asked for is found."""
HASH = WORD - len(ADDRESS_MARK)
"""Characters of the hash that are in the mark: more than enough to tell addresses apart."""


class Loss(NamedTuple):
    """A deal, as far as lists tell of it."""

    prospect_id: int
    id: int
    status: DealStatus
    title: str
    value_minor: int | None
    closed_on: date | None
    reason_kind: str | None
    competitor: str
    owner_name_id: int | None
    not_qualified: bool
    product: str = ""
    outcome: LossOutcome | None = None
    renewal_on: date | None = None


_came = aliased(Visit)
LATEST_VISIT = (
    select(_came.id)
    .where(_came.prospect_id == Prospect.id, _came.state.in_(PEOPLE), _came.not_theirs.is_(False))
    .order_by(_came.last_at.desc())
    .limit(1)
    .correlate(Prospect)
    .scalar_subquery()
)
"""The latest visit of a prospect that a person made, by its id."""
_any = aliased(Visit)
_LATEST_STATE = (
    select(_any.state)
    .where(_any.prospect_id == Prospect.id, _any.state != State.INTERNAL, _any.not_theirs.is_(False))
    .order_by(_any.last_at.desc())
    .limit(1)
    .correlate(Prospect)
    .scalar_subquery()
)
_PEOPLE = (
    select(
        Prospect.id,
        Prospect.name,
        Prospect.email,
        Account.name.label("company"),
        Account.owner_name_id,
        Visit.last_at,
        Visit.intent,
        _LATEST_STATE.label("latest_state"),
    )
    .outerjoin(Account, Account.id == Prospect.account_id)
    .outerjoin(Visit, Visit.id == LATEST_VISIT)
    .where(among(Prospect.id, "ids"))
)
_DEALS = (
    select(
        deal_prospects.c.prospect_id,
        Deal.id,
        Deal.status,
        Deal.title,
        Deal.value_minor,
        Deal.closed_on,
        Deal.reason_kind,
        Deal.competitor,
        Deal.owner_name_id,
        Deal.not_qualified,
        Deal.product,
        Deal.outcome,
        Deal.renewal_on,
    )
    .join(Deal, Deal.id == deal_prospects.c.deal_id)
    .where(among(deal_prospects.c.prospect_id, "ids"))
)


def relist(
    session: Session,
    prospect_ids: Iterable[int],
    points: Points = DEFAULT_POINTS,
    signer: Signer | None = None,
) -> int:
    """Put these prospects' places in lists right, as their rows are now; gives how many were not.

    Who adds people, or changes their addresses, gives the `signer`; else the marks of addresses stay.
    """
    ids = sorted(set(prospect_ids))
    if not ids:
        return 0
    session.flush()
    deals: dict[int, list[Loss]] = defaultdict(list)
    for row in session.execute(_DEALS, {"ids": ids}):
        deals[row[0]].append(Loss._make(row))
    places, words = [], {}
    for person in session.execute(_PEOPLE, {"ids": ids}):
        theirs = deals[person.id]
        places.append(_place(person, latest_loss(theirs), points))
        titles = [deal.title for deal in sorted(theirs, key=lambda deal: deal.id, reverse=True)]
        texts = [person.name, person.email or "", person.company or "", *titles]
        marks = _marks(person.owner_name_id, theirs)
        if signer is not None and person.email:
            marks.append(address_mark(signer, person.email))
        words[person.id] = [*words_of(texts), *marks]
    changed = store_places(session, ids, places)
    which = not_(is_address_mark(ListingWord.word)) if signer is None else true()
    return len(changed | store_words(session, ids, words, which))


def relist_companies(session: Session, account_ids: Collection[int]) -> int:
    """Put the places of these companies' people right."""
    session.flush()
    people = session.scalars(select(Prospect.id).where(among(Prospect.account_id, account_ids)))
    return relist(session, people.all())


def forget_addresses(session: Session, prospect_ids: Collection[int]) -> None:
    """Take away the marks of addresses that may be others now; `tracker.relisting` marks them again soon."""
    word = ListingWord.word
    session.execute(
        delete(ListingWord).where(among(ListingWord.prospect_id, prospect_ids), is_address_mark(word)),
        execution_options={"synchronize_session": False},
    )


def address_mark(signer: Signer, email: str) -> str:
    """Give the word of whoever has this address."""
    return ADDRESS_MARK + email_hash(signer, email)[:HASH]


def is_address_mark(word: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Give the condition that a word is such a mark."""
    return (word >= ADDRESS_MARK) & (word < chr(ord(ADDRESS_MARK) + 1))


def relist_kinds(session: Session, kinds: Mapping[str, Collection[int]]) -> None:
    """Put right who is listed by deals that are of other kinds of loss now, given by kind.

    Nothing else of their places follows from it, so that many are done in a moment.
    """
    every = [deal for deals in kinds.values() for deal in deals]
    held = select(Listing.prospect_id).where(among(Listing.deal_id, every)).order_by(Listing.prospect_id)
    session.execute(held.with_for_update()).all()  # in the order in which everybody takes them
    for kind, deals in kinds.items():
        session.execute(
            update(Listing).where(among(Listing.deal_id, deals)).values(reason_kind=kind),
            execution_options={"synchronize_session": False},
        )


def latest_loss(deals: Iterable[Loss]) -> Loss | None:
    """Give the latest lost deal; one that never was a real chance only where there is no other."""
    lost = (deal for deal in deals if deal.status is DealStatus.LOST)
    return max(
        lost, key=lambda deal: (not deal.not_qualified, deal.closed_on or date.min, deal.id), default=None
    )


def fades(intent: int, at: datetime, half_life: timedelta = HALF_LIFE) -> int:
    """Say when an intent of that time will have faded to 1, in seconds since 1970; 0: there is none."""
    if intent < 1:
        return 0
    return int(at.timestamp()) + round(math.log2(intent) * half_life.total_seconds())


def left_of(fading: int, now: datetime, half_life: timedelta = HALF_LIFE) -> int:
    """Give what is left of an intent by when it will have faded to 1; 0: nothing."""
    return int(2 ** ((fading - now.timestamp()) / half_life.total_seconds())) if fading else 0


def _place(person: Any, loss: Loss | None, points: Points) -> tuple[Any, ...]:  # noqa: ANN401  (a row)
    """Give one's place, in the order of `COLUMNS`."""
    name = fold(person.name or person.email or person.company or "")[:NAME]
    owner = person.owner_name_id or (loss.owner_name_id if loss else None)
    seen = int(person.last_at.timestamp()) if person.last_at else 0
    fading = fades(person.intent, person.last_at, points.half_life) if person.last_at else 0
    latest = str(person.latest_state or "")
    if loss is None:
        return (person.id, name, None, NO_VALUE, 0, "", "", owner, seen, latest, fading, 0, 0)
    return (
        person.id,
        name,
        loss.id,
        NO_VALUE if loss.value_minor is None else loss.value_minor,
        loss.closed_on.toordinal() if loss.closed_on else 0,
        str(loss.reason_kind or ""),
        name_key(loss.competitor, 200),
        owner,
        seen,
        latest,
        fading,
        *_renews(loss, points.terms),
    )


def _renews(loss: Loss, terms: Terms) -> tuple[int, int]:
    """Give on which day of the year it renews, and the first such day."""
    first = first_renewal(loss.outcome, loss.closed_on, loss.renewal_on, terms.of(loss.product))
    return (first.month * 100 + first.day, first.toordinal()) if first else (0, 0)


def owner_mark(owner_name_id: int | None) -> str:
    """Give the word of those whose company or deal this owner has; None: of those whom nobody has."""
    return f"{OWNER_MARK}{owner_name_id or 0}"


def _marks(company_owner: int | None, deals: Iterable[Loss]) -> list[str]:
    owners = {company_owner, *(deal.owner_name_id for deal in deals)} - {None}
    return sorted(owner_mark(owner) for owner in owners or {None})
