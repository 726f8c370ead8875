"""Lists learn of visits soon after they happened, and everybody's place in them is looked at once a day.

A hit does not wait for lists: its transaction knows nothing of them. The workers' schedule comes here every
minute; what a list shows beside a name is read from the rows themselves in any case, so only its order and
what is left out of it can be a minute old. Safe to run twice, and by two at once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, not_, select

from tracker.among import among
from tracker.ingest.history import PEOPLE
from tracker.listing import is_address_mark, relist
from tracker.models import Listing, ListingWord, Prospect, Visit
from tracker.rules.points import points_of
from tracker.rules.stored import load_rules
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.signing import Signer

OVERLAP = timedelta(minutes=10)
"""Visits are looked at again for so long: they grow, and transactions end in no order."""
DAY_MINUTES = 24 * 60
BATCH = 500
"""Prospects in one transaction, so that no hit waits long for the database."""
MARKED = 10_000
"""Addresses that are marked in one go at most; the next minute goes on."""


def relist_lately(database: Database, now: datetime, signer: Signer | None = None) -> int:
    """Take in the latest visits, and look at this minute's share of everybody; gives how many had changed.

    With a `signer` addresses without a mark get theirs: of an older release, or of an import taken back.
    """
    with database.reading() as session:
        unmarked = _unmarked(session) if signer else []
        ids = {*_seen_lately(session), *session.scalars(_share(now)), *unmarked}
    return _relist(database, sorted(ids), signer)


def relist_all(database: Database, signer: Signer | None = None) -> int:
    """Look at everybody at once; gives how many had changed."""
    with database.reading() as session:
        ids = session.scalars(select(Prospect.id).order_by(Prospect.id)).all()
    return _relist(database, ids, signer)


def _seen_lately(session: Session) -> list[int]:
    """Give those who have visited since lists learnt of visits last, as far as that is news."""
    newest = session.scalar(select(func.max(Listing.seen))) or 0
    since = datetime.fromtimestamp(newest, UTC) - OVERLAP
    visits = (
        select(Visit.prospect_id, Visit.last_at, Visit.state)
        .where(Visit.last_at >= since, Visit.state != State.INTERNAL, Visit.not_theirs.is_(False))
        .order_by(Visit.last_at)
    )
    states: dict[int, State] = {}
    by_people: dict[int, int] = {}
    for number, at, state in session.execute(visits):
        states[number] = state
        if state in PEOPLE:
            by_people[number] = int(at.timestamp())
    columns = (Listing.prospect_id, Listing.seen, Listing.latest_state)
    listed = session.execute(select(*columns).where(among(Listing.prospect_id, states)))
    known = {number: (seen, state) for number, seen, state in listed}
    return [
        number
        for number, state in states.items()
        if number not in known or known[number] != (by_people.get(number, known[number][0]), state)
    ]


def has_unmarked(session: Session) -> bool:
    """Whether addresses are without a mark, so that what they asked for is not found by it yet.

    So it is in the minutes after an upgrade that brought the marks, and after an import was taken back.
    """
    marked = select(func.count()).where(is_address_mark(ListingWord.word)).scalar_subquery()
    reachable = select(func.count()).where(Prospect.email_key.is_not(None)).scalar_subquery()
    return bool(session.scalar(select(marked != reachable)))


def _unmarked(session: Session) -> Sequence[int]:
    """Give people whose address has no mark: some of them, where they are many."""
    if not has_unmarked(session):
        return ()
    reachable = Prospect.email_key.is_not(None)
    theirs = exists().where(ListingWord.prospect_id == Prospect.id, is_address_mark(ListingWord.word))
    return session.scalars(select(Prospect.id).where(reachable, not_(theirs)).limit(MARKED)).all()


def _share(now: datetime) -> Select[int]:
    minute = int(now.timestamp() // 60) % DAY_MINUTES
    return select(Prospect.id).where(Prospect.id % DAY_MINUTES == minute)


def _relist(database: Database, ids: Sequence[int], signer: Signer | None) -> int:
    changed = 0
    for first in range(0, len(ids), BATCH):
        with database.writing() as session:
            points = points_of(load_rules(session))
            free = _not_held(session, ids[first : first + BATCH])
            changed += relist(session, free, points, signer)
    return changed


def _not_held(session: Session, ids: Sequence[int]) -> Sequence[int]:
    """Leave out those whom a long import holds: it puts them right itself."""
    held = select(Listing.prospect_id).where(among(Listing.prospect_id, ids))
    listed = set(session.scalars(held))
    free = set(session.scalars(held.with_for_update(skip_locked=True)))
    return [number for number in ids if number in free or number not in listed]
