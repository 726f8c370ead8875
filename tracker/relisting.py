"""Lists learn of visits soon after they happened, and everybody's place in them is looked at once a day.

A hit does not wait for lists: its transaction knows nothing of them. The workers' schedule comes here every
minute; what a list shows beside a name is read from the rows themselves in any case, so only its order and
what is left out of it can be a minute old. Safe to run twice, and by two at once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.among import among
from tracker.ingest.history import PEOPLE
from tracker.listing import relist
from tracker.models import Listing, Prospect, Visit
from tracker.rules.points import points_of
from tracker.rules.stored import load_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from tracker.db import Database

OVERLAP = timedelta(minutes=10)
"""Visits are looked at again for so long: they grow, and transactions end in no order."""
DAY_MINUTES = 24 * 60
BATCH = 500
"""Prospects in one transaction, so that no hit waits long for the database."""


def relist_lately(database: Database, now: datetime) -> int:
    """Take in the latest visits, and look at this minute's share of everybody; gives how many had changed."""
    with database.reading() as session:
        ids = {*_seen_lately(session), *session.scalars(_share(now))}
    return _relist(database, sorted(ids))


def relist_all(database: Database) -> int:
    """Look at everybody at once; gives how many had changed."""
    with database.reading() as session:
        ids = session.scalars(select(Prospect.id).order_by(Prospect.id)).all()
    return _relist(database, ids)


def _seen_lately(session: Session) -> list[int]:
    """Give those who have visited since lists learnt of visits last, as far as that is news."""
    newest = session.scalar(select(func.max(Listing.seen))) or 0
    since = datetime.fromtimestamp(newest, UTC) - OVERLAP
    visits = (
        select(Visit.prospect_id, func.max(Visit.last_at))
        .where(Visit.last_at >= since, Visit.state.in_(PEOPLE), Visit.not_theirs.is_(False))
        .group_by(Visit.prospect_id)
    )
    last: dict[int, datetime] = dict(session.execute(visits).all())
    listed = select(Listing.prospect_id, Listing.seen).where(among(Listing.prospect_id, last))
    known: dict[int, int] = dict(session.execute(listed).all())
    return [number for number, at in last.items() if known.get(number) != int(at.timestamp())]


def _share(now: datetime) -> Select[int]:
    minute = int(now.timestamp() // 60) % DAY_MINUTES
    return select(Prospect.id).where(Prospect.id % DAY_MINUTES == minute)


def _relist(database: Database, ids: Sequence[int]) -> int:
    changed = 0
    for first in range(0, len(ids), BATCH):
        with database.writing() as session:
            half_life = points_of(load_rules(session)).half_life
            changed += relist(session, _not_held(session, ids[first : first + BATCH]), half_life)
    return changed


def _not_held(session: Session, ids: Sequence[int]) -> Sequence[int]:
    """Leave out those whom a long import holds: it puts them right itself."""
    held = select(Listing.prospect_id).where(among(Listing.prospect_id, ids))
    listed = set(session.scalars(held))
    free = set(session.scalars(held.with_for_update(skip_locked=True)))
    return [number for number in ids if number in free or number not in listed]
