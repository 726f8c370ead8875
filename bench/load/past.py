"""A year of believable visits, filled in fast: three pages each, a third of them confirmed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Float, Integer, String, case, cast, func, literal, select

from bench.load.bodies import AGENT, PAGES, SITE
from bench.load.crowd import fill, numbers
from bench.load.plan import POSTGRESQL
from tracker.models import PageView, UtcDateTime, Visit
from tracker.months import make_months
from tracker.words import State

if TYPE_CHECKING:
    from decimal import Decimal

    from sqlalchemy import ColumnElement

    from bench.load.crowd import Crowd
    from bench.load.place import Place

PAGES_A_VISIT = 3
SPAN = timedelta(days=365)
ENDED = timedelta(days=3)
"""Before now; nothing of the past is still open, or counts as of these days."""
STRIDE = 7_919
"""A prime: follows people in an order that is nobody's."""
CONFIRMED_EVERY = 3
READING_S = 40
MOST_AT_ONCE = 250_000
"""Visits in one statement."""
ID_BASE = 10**17


def remember(place: Place, crowd: Crowd, page_views: int, now: datetime) -> None:
    """Fill in so many page views, oldest first."""
    visits = page_views // PAGES_A_VISIT
    make_months(place.installation.database, now, since=now - ENDED - SPAN)
    with place.installation.database.writing() as session:
        if place.database == POSTGRESQL:
            session.execute(select(func.set_config("statement_timeout", "0", True)))  # noqa: FBT003  (of SQL)
        for begun in range(0, visits, MOST_AT_ONCE):
            some = min(MOST_AT_ONCE, visits - begun)
            rows = numbers(some)
            n = rows.c.n + begun
            person = cast(cast(n, BigInteger) * STRIDE % crowd.people, Integer)
            ago = SPAN.total_seconds() * (1 - cast(n, Float) / (visits + 1))
            at = _moment(place, now - ENDED, ago)
            confirmed = n % CONFIRMED_EVERY == 0
            values: dict[str, object] = {
                "prospect_id": crowd.first_prospect + person,
                "browser_id": crowd.first_browser + person,
                "site_id": crowd.site_id,
                "started_at": at,
                "last_at": _moment(place, now - ENDED, ago - PAGES_A_VISIT * READING_S),
                "user_agent": AGENT,
                "state": case(
                    (confirmed, literal(State.STRONG, Visit.__table__.c.state.type)),
                    else_=literal(State.UNCONFIRMED, Visit.__table__.c.state.type),
                ),
                "state_reasons": ["filled in"],
                "points": cast(n % 40, BigInteger),
                "intent": cast(n % 60, BigInteger),
            }
            fill(session, Visit, values, select(rows.c.n).order_by(rows.c.n))
        pages = numbers(PAGES_A_VISIT)
        turn = (Visit.id + pages.c.n) % len(PAGES)
        values = {
            "hit_id": cast(literal(ID_BASE, BigInteger) + Visit.id * 10 + pages.c.n, String),
            "visit_id": Visit.id,
            "at": Visit.started_at,
            "url": case(*((turn == i, literal(SITE + path)) for i, (path, *_) in enumerate(PAGES)), else_=""),
            "title": case(*((turn == i, literal(title)) for i, (_, title, _) in enumerate(PAGES)), else_=""),
            "visible_ms": cast(8_000 + Visit.id % 60_000, BigInteger),
            "bursts": cast(Visit.id % 5, BigInteger),
        }
        fill(session, PageView, values, select(Visit.id).join(pages, literal(1) == 1).order_by(Visit.id))


def _moment(place: Place, end: datetime, ago_s: ColumnElement[float | Decimal]) -> ColumnElement[datetime]:
    """Give the moment so many seconds before `end`, as the database writes it."""
    if place.database == POSTGRESQL:
        seconds = func.make_interval(0, 0, 0, 0, 0, 0, ago_s)
        return literal(end, UtcDateTime) - seconds
    epoch = end.astimezone(UTC).timestamp() - ago_s
    return func.strftime("%Y-%m-%d %H:%M:%f000", epoch, "unixepoch")
