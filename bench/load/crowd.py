"""The people who come: prospects with accounts, lost deals, reps and known browsers, written set-wise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Integer, String, cast, func, insert, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from bench.load.bodies import SITE
from tracker.models import (
    Account,
    Base,
    Browser,
    Deal,
    DealStatus,
    LossOutcome,
    OwnerName,
    Prospect,
    ReasonKind,
    deal_prospects,
)
from tracker.people.users import UserWishes, add_user
from tracker.signing import Purpose
from tracker.sites import SiteWishes, add_site

if TYPE_CHECKING:
    from sqlalchemy import Select, Subquery
    from sqlalchemy.orm import Session

    from bench.load.place import Place

REPS = 100
PEOPLE_AN_ACCOUNT = 2
KNOWN_SINCE = timedelta(days=380)
"""Longer than the history that is filled in; credentials live thirteen months."""
LOST_AGO = timedelta(days=200)
KEY_BASE = 1_000_000_000
"""Added to a person's number, so that their browser's key has as many characters as others'."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who was written, and what known browsers hold."""

    site_key: str
    site_id: int
    people: int
    first_prospect: int
    first_browser: int
    """Ids of both follow on from these."""
    credentials: tuple[str, ...]
    """Of `known` of them, spread evenly."""


def numbers(count: int) -> Subquery:
    """Give a table of the numbers from 1 to `count`, as column `n`."""
    begin = select(literal(1).label("n")).cte("numbers", recursive=True)
    whole = begin.union_all(select(begin.c.n + 1).where(begin.c.n < count))
    return select(whole.c.n).subquery("numbered")


def called(word: str, number: ColumnElement[int]) -> ColumnElement[str]:
    """Make a text of a word and a number."""
    return literal(word, String).concat(cast(number, String))


def gather(place: Place, people: int, known: int, now: datetime, reps: int = REPS) -> Crowd:
    """Write `people` of so many `reps` into an empty database; `known` of their browsers will come."""
    signer = place.installation.signer
    since = now - KNOWN_SINCE
    with place.installation.database.writing() as session:
        site = add_site(session, SiteWishes((SITE,), "Visits"))
        _reps(session, reps)
        first_account = _accounts(session, people, reps)
        first_prospect = _prospects(session, people, first_account, since)
        _deals(session, people, first_prospect, now)
        first_browser = _browsers(session, people, first_prospect, since)
        site_key, site_id = site.key, site.id
    chosen = range(1, people + 1, max(people // known, 1))
    credentials = tuple(signer.sign(Purpose.BROWSER, f"b{KEY_BASE + n}", since) for n in chosen)
    return Crowd(site_key, site_id, people, first_prospect, first_browser, credentials[:known])


def fill(session: Session, table: type[Base], values: dict[str, object], source: Select[int]) -> None:
    """Insert what a query gives, other columns by their defaults."""
    columns = table.__table__.c
    given: list[ColumnElement[Any]] = [
        value.label(name)
        if isinstance(value, ColumnElement | InstrumentedAttribute)
        else literal(value, columns[name].type)
        for name, value in values.items()
    ]
    chosen = source.with_only_columns(*given)
    session.execute(insert(table).from_select(list(values), chosen))


def _first(session: Session, table: type[Base]) -> int:
    return int(session.execute(select(func.min(table.__table__.c.id))).scalar_one())


def _reps(session: Session, reps: int) -> None:
    for number in range(1, reps + 1):
        name = f"Bench Rep {number}"
        rep = add_user(session, name, f"rep{number}@bench.example", UserWishes(hours="always")).user
        session.add(OwnerName(name=name, name_key=name.casefold(), user_id=rep.id))
    session.flush()


def _accounts(session: Session, people: int, reps: int) -> int:
    rows = numbers(-(-people // PEOPLE_AN_ACCOUNT))
    owner = _first(session, OwnerName) + rows.c.n % reps
    values: dict[str, object] = {
        "name": called("Company ", rows.c.n),
        "name_key": called("company ", rows.c.n),
        "owner_name_id": cast(owner, Integer),
    }
    fill(session, Account, values, select(rows.c.n).order_by(rows.c.n))
    return _first(session, Account)


def _prospects(session: Session, people: int, first_account: int, since: datetime) -> int:
    rows = numbers(people)
    email = called("visitor", rows.c.n).concat("@companies.example")
    values: dict[str, object] = {
        "account_id": first_account + (rows.c.n - 1) // PEOPLE_AN_ACCOUNT,
        "email": email,
        "email_key": email,
        "name": called("Visitor ", rows.c.n),
        "first_name": "Visitor",
        "phone": "+442079460018",
        "country": "GB",
        "created_at": since,
    }
    fill(session, Prospect, values, select(rows.c.n).order_by(rows.c.n))
    return _first(session, Prospect)


def _deals(session: Session, people: int, first_prospect: int, now: datetime) -> None:
    rows = select(Prospect.id, Prospect.account_id).order_by(Prospect.id).limit(people).subquery()
    values: dict[str, object] = {
        "import_key": called("bench:", rows.c.id),
        "account_id": rows.c.account_id,
        "title": called("Deal ", rows.c.id),
        "product": "Pro",
        "status": DealStatus.LOST,
        "value_minor": 4_800_000,
        "currency": "GBP",
        "closed_on": (now - LOST_AGO).date(),
        "outcome": LossOutcome.CHOSE_COMPETITOR,
        "reason": "Price",
        "reason_kind": ReasonKind.PRICE,
        "competitor": "Acme",
        "imported_at": now,
    }
    fill(session, Deal, values, select(rows.c.id).order_by(rows.c.id))
    both = select(Deal.id, Deal.id - _first(session, Deal) + first_prospect)
    session.execute(insert(deal_prospects).from_select(["deal_id", "prospect_id"], both))


def _browsers(session: Session, people: int, first_prospect: int, since: datetime) -> int:
    rows = numbers(people)
    values: dict[str, object] = {
        "key": called("b", rows.c.n + KEY_BASE),
        "prospect_id": first_prospect + rows.c.n - 1,
        "created_at": since,
    }
    fill(session, Browser, values, select(rows.c.n).order_by(rows.c.n))
    return _first(session, Browser)
