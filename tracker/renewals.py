"""Whose contracts renew when: prospects by the month in which what they chose instead comes up again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, case, func, select, tuple_, update

from tracker.among import among
from tracker.calendar_month import YEAR, Month
from tracker.models import Deal, Listing, LossOutcome
from tracker.names import name_key
from tracker.renewal import first_renewal
from tracker.segments.filter import Filter
from tracker.segments.matching import PAGE, matching

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.people.scope import Scope
    from tracker.renewal import Terms

LATEST_DEALS = 2_000
"""Looked through for products to choose from."""
PORTION = 2_000
"""Places in lists that are written in one transaction."""


def months_from(today: date) -> list[Month]:
    """Give this month and those after it: in a year every contract comes up that is known of."""
    return [Month.of(today).later(number) for number in range(YEAR)]


class Coming(NamedTuple):
    """Somebody whose contract renews."""

    prospect_id: int
    on: date
    assumed: bool
    """Nobody said so: it follows from the loss and the usual term, or from an earlier renewal."""


class Place(NamedTuple):
    """The last one of a page, after whom the next one begins."""

    renews: int
    prospect_id: int


class Page(NamedTuple):
    """Some of a month."""

    people: tuple[Coming, ...]
    after: Place | None


def counted(session: Session, scope: Scope, months: Sequence[Month], now: datetime) -> dict[Month, int]:
    """Count those in reach whose contracts renew, by month. One query."""
    number = Listing.renews // 100
    ends = case({month.number: month.last_day.toordinal() for month in months}, value=number)
    rows = session.execute(
        select(number, func.count())
        .where(Listing.renews > 0, Listing.renews_from <= ends, *matching(Filter(), scope, now))
        .group_by(number)
    )
    found = {int(key): count for key, count in rows}
    return {month: found.get(month.number, 0) for month in months}


def renewing(session: Session, scope: Scope, month: Month, now: datetime, after: Place | None = None) -> Page:
    """Give a page of those in reach whose contracts renew in a month, by day. One query."""
    query = (
        select(Listing.prospect_id, Listing.renews, Deal.renewal_on)
        .join(Deal, Deal.id == Listing.deal_id)
        .where(
            Listing.renews > month.number * 100,
            Listing.renews < (month.number + 1) * 100,
            Listing.renews_from <= month.last_day.toordinal(),
            *matching(Filter(), scope, now),
        )
        .order_by(Listing.renews, Listing.prospect_id)
        .limit(PAGE + 1)
    )
    if after is not None:
        query = query.where(tuple_(Listing.renews, Listing.prospect_id) > tuple_(*after))
    rows = session.execute(query).all()
    people = tuple(
        Coming(number, day := _day_in(month, renews), assumed=told != day)
        for number, renews, told in rows[:PAGE]
    )
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(people, Place(last.renews, last.prospect_id) if last else None)


def _day_in(month: Month, renews: int) -> date:
    """Give the day of what renews then; the 29th of February is the 28th in other years."""
    return month.first_day.replace(day=min(renews % 100, month.last_day.day))


def assume_anew(database: Database, before: Terms, terms: Terms) -> int:
    """Put right when contracts renew that nobody told of, after terms changed; give how many were not."""
    changed = 0
    for rows in _assumed(database, before, terms):
        with database.writing() as session:
            session.connection().execute(
                update(Listing)
                .where(Listing.prospect_id == bindparam("whose"))
                .values(renews=bindparam("day"), renews_from=bindparam("first")),
                [
                    {"whose": number, "day": first.month * 100 + first.day, "first": first.toordinal()}
                    for number, first in rows
                ],
            )
        changed += len(rows)
    return changed


def _assumed(database: Database, before: Terms, terms: Terms) -> Iterator[list[tuple[int, date]]]:
    """Give people with another assumed renewal than before, in portions."""
    with database.reading() as session:
        products = session.scalars(select(Deal.product).distinct()).all()
        others = [product for product in products if before.of(product) != terms.of(product)]
        if not others:
            return
        rows = session.execute(
            select(Listing.prospect_id, Deal.closed_on, Deal.product)
            .join(Deal, Deal.id == Listing.deal_id)
            .where(
                Deal.outcome == LossOutcome.CHOSE_COMPETITOR,
                Deal.renewal_on.is_(None),
                Deal.closed_on.is_not(None),
                among(Deal.product, others),
            )
            .order_by(Listing.prospect_id)
        ).all()
    found = [
        (row.prospect_id, first)
        for row in rows
        if (first := first_renewal(LossOutcome.CHOSE_COMPETITOR, row.closed_on, None, terms.of(row.product)))
    ]
    for begin in range(0, len(found), PORTION):
        yield found[begin : begin + PORTION]


def products_known(session: Session, most: int) -> list[str]:
    """Name the products that the latest deals were about, each in one spelling."""
    latest = select(Deal.product).order_by(Deal.id.desc()).limit(LATEST_DEALS).subquery()
    names = session.scalars(select(latest.c.product).where(latest.c.product != "").distinct().limit(most))
    return sorted({name_key(name): name for name in names}.values(), key=str.casefold)
