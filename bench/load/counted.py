"""What is there, as the database tells it: nothing is believed of a generator but what was acknowledged."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import String, cast, exists, func, or_, select, text

from bench.load.generator import LoadError
from tracker.models import Base, Drop, PageView, Visit

if TYPE_CHECKING:
    from bench.load.bodies import Bodies
    from bench.load.place import Place
    from bench.load.sender import Sent

LOOK_EVERY_S = 0.01
PATIENCE_S = 300
"""How long what was acknowledged may take to be worked through."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one run left."""

    views: int
    grown: int
    unjudged: int
    """Visits of the run without a state's reasons."""


def last_view(place: Place) -> int:
    """Give the latest page view's id before a run, for `found`."""
    with place.installation.database.reading() as session:
        return session.scalar(select(func.max(PageView.id))) or 0


def found(place: Place, run: str, after: int) -> Found:
    """Count what a run left behind the page view `after`."""
    mine = (PageView.id > after, PageView.hit_id.startswith(run))
    evident = or_(PageView.visible_ms > 0, PageView.first_gesture_ms.is_not(None))
    of_run = exists().where(PageView.visit_id == Visit.id, *mine)
    with place.installation.database.reading() as session:
        views, grown = session.execute(
            select(func.count(), func.count().filter(evident)).select_from(PageView).where(*mine)
        ).one()
        unjudged = session.scalar(
            select(func.count()).select_from(Visit).where(of_run, cast(Visit.state_reasons, String) == "[]")
        )
    return Found(views, grown, unjudged or 0)


def lost(bodies: Bodies, sent: Sent, left: Found) -> int:
    """Tell how many acknowledged hits are neither a page view nor the growth of one.

    Whatever was sent and not acknowledged may be there or not.
    """
    views, grown = bodies.expected(sent.issued)
    missing = max(views - left.views, 0) + max(grown - left.grown, 0)
    return max(missing - (sent.issued - sent.acknowledged) * bodies.hits_each, 0)


def wait_until_worked_through(place: Place) -> float:
    """Wait until nothing is in the inbox any more; gives how long that took, seconds.

    Raises:
        LoadError: it takes too long.

    """
    began = time.perf_counter()
    while _waits(place):
        if time.perf_counter() - began > PATIENCE_S:
            msg = f"The inbox on {place.database} was not empty {PATIENCE_S} s after the last hit."
            raise LoadError(msg)
        time.sleep(LOOK_EVERY_S)
    return time.perf_counter() - began


def rows(place: Place) -> int:
    """Count the rows of all tables, but for the counters of drops."""
    tables = [table for table in Base.metadata.sorted_tables if table.name != Drop.__tablename__]
    with place.installation.database.reading() as session:
        return sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def _waits(place: Place) -> bool:
    with place.installation.database.inbox_engine.connect() as connection:
        return bool(connection.scalar(text("SELECT EXISTS (SELECT 1 FROM inbox)")))
