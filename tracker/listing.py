"""Prospects' places in lists, put together from their rows again whenever one of those changes.

Who changes a prospect, their company or their deals calls `relist` in the same transaction. Visits change too
often for that: `tracker.relisting` takes them in soon after, and looks at everybody once a day.
"""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Text, bindparam, delete, func, not_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlalchemy.types import Integer

from tracker.among import among
from tracker.ingest.history import PEOPLE
from tracker.ingest.intent import HALF_LIFE
from tracker.models import Account, Deal, DealStatus, Listing, ListingWord, Prospect, Visit, deal_prospects
from tracker.models.listing import NAME, NO_VALUE, WORD
from tracker.names import name_key
from tracker.search_words import fold, words_of
from tracker.suppression import email_hash
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from tracker.signing import Signer

OWNER_MARK = "@"
"""Before the id of an owner's name: a word that nobody can type, by which their prospects are found."""
ADDRESS_MARK = "#"
"""Before the keyed hash of a prospect's address: the word by which what they asked for is found."""
HASH = WORD - len(ADDRESS_MARK)
"""Characters of the hash that are in the mark: more than enough to tell addresses apart."""
COLUMNS = tuple(column.name for column in Listing.__table__.c)


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
    )
    .join(Deal, Deal.id == deal_prospects.c.deal_id)
    .where(among(deal_prospects.c.prospect_id, "ids"))
)


def relist(
    session: Session,
    prospect_ids: Iterable[int],
    half_life: timedelta = HALF_LIFE,
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
        places.append(_place(person, latest_loss(theirs), half_life))
        titles = [deal.title for deal in sorted(theirs, key=lambda deal: deal.id, reverse=True)]
        texts = [person.name, person.email or "", person.company or "", *titles]
        marks = _marks(person.owner_name_id, theirs)
        if signer is not None and person.email:
            marks.append(address_mark(signer, person.email))
        words[person.id] = [*words_of(texts), *marks]
    changed = _store_places(session, ids, places)
    return len(changed | _store_words(session, ids, words, addresses=signer is not None))


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


def _place(person: Any, loss: Loss | None, half_life: timedelta) -> tuple[Any, ...]:  # noqa: ANN401  (a row)
    """Give one's place, in the order of `COLUMNS`."""
    name = fold(person.name or person.email or person.company or "")[:NAME]
    owner = person.owner_name_id or (loss.owner_name_id if loss else None)
    seen = int(person.last_at.timestamp()) if person.last_at else 0
    fading = fades(person.intent, person.last_at, half_life) if person.last_at else 0
    latest = str(person.latest_state or "")
    if loss is None:
        return (person.id, name, None, NO_VALUE, 0, "", "", owner, seen, latest, fading)
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
    )


def owner_mark(owner_name_id: int | None) -> str:
    """Give the word of those whose company or deal this owner has; None: of those whom nobody has."""
    return f"{OWNER_MARK}{owner_name_id or 0}"


def _marks(company_owner: int | None, deals: Iterable[Loss]) -> list[str]:
    owners = {company_owner, *(deal.owner_name_id for deal in deals)} - {None}
    return sorted(owner_mark(owner) for owner in owners or {None})


def _store_places(session: Session, ids: Sequence[int], places: Sequence[tuple[Any, ...]]) -> set[int]:
    table = Listing.__table__
    found = session.execute(select(*table.c).where(among(Listing.prospect_id, ids)))
    known = {row[0]: tuple(row) for row in found}
    changed = [place for place in places if known.get(place[0]) != place]
    if changed:
        upsert = _insert(session)(table)
        upsert = upsert.on_conflict_do_update(
            index_elements=["prospect_id"], set_={name: upsert.excluded[name] for name in COLUMNS[1:]}
        )
        session.connection().execute(upsert, [dict(zip(COLUMNS, place, strict=True)) for place in changed])
    return {place[0] for place in changed}


def _store_words(
    session: Session, ids: Sequence[int], words: Mapping[int, Sequence[str]], *, addresses: bool
) -> set[int]:
    """Store these words in the place of others; `addresses`: the marks of those, too."""
    one = ListingWord.__table__.c
    found = session.execute(
        select(one.prospect_id, one.word).where(
            among(one.prospect_id, ids), true() if addresses else not_(is_address_mark(one.word))
        )
    )
    known = {(prospect_id, word) for prospect_id, word in found}
    wanted = {(prospect_id, word) for prospect_id, theirs in words.items() for word in theirs}
    gone, new = known - wanted, sorted(wanted - known)
    if gone:
        session.connection().execute(
            delete(ListingWord).where(one.prospect_id == bindparam("of"), one.word == bindparam("no_more")),
            [{"of": prospect_id, "no_more": word} for prospect_id, word in gone],
        )
    if new:
        _add_words(session, new)
    return {prospect_id for prospect_id, _ in (*gone, *new)}


def _add_words(session: Session, new: Sequence[tuple[int, str]]) -> None:
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        pairs = select(
            func.unnest(bindparam("ids", type_=postgresql.ARRAY(Integer))),
            func.unnest(bindparam("words", type_=postgresql.ARRAY(Text))),
        )
        statement = postgresql.insert(ListingWord).from_select(["prospect_id", "word"], pairs)
        ids, words = zip(*new, strict=True)
        connection.execute(statement.on_conflict_do_nothing(), {"ids": list(ids), "words": list(words)})
    else:
        # Pairs as they are: a dictionary for each of so many words costs nearly as much as storing them.
        plain = "INSERT INTO listing_words (prospect_id, word) VALUES (?, ?)"
        connection.exec_driver_sql(plain, list(new))


def _insert(session: Session) -> Any:  # noqa: ANN401  (of either database, which share no type)
    return postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
