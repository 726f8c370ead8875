"""Does something keep people from being told from programs, or prospects from our own people?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.doctor.finding import Finding, mind
from tracker.ingest.hit import DropReason
from tracker.ingest.signs import NO_FETCH_HEADERS
from tracker.links import OWN_LINK_AGE
from tracker.models import Drop, Visit
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

LOOKED_AT = timedelta(days=1)
FEWEST = 10
"""Visits that lack something; fewer may be a few programs, or colleagues."""
SHARE = 0.5
"""Of all visits; where more lack it, it is not the visitors."""


def check_test_links(session: Session, now: datetime) -> Iterator[Finding]:
    """Look whether a test link went out to prospects: their browsers would be taken for our own people's."""
    lately = session.scalar(
        select(Drop.last_at).where(
            Drop.reason == DropReason.SPREAD_TEST_LINK, Drop.count > 0, Drop.last_at >= now - OWN_LINK_AGE
        )
    )
    if lately is not None:
        yield mind(
            f"A test link was opened in many prospects' browsers, last on {lately:%Y-%m-%d}: it seems to"
            " stand in a mailing. See `ringback own` for whose it is, and end it: `ringback own clear EMAIL`."
        )


def check_addresses(session: Session, now: datetime) -> Iterator[Finding]:
    """Look whether most visits come from an address that tells nobody from another: a proxy's of our own."""
    lately = (Visit.last_at >= now - LOOKED_AT, Visit.forgotten_at.is_(None))
    number, without = session.execute(
        select(func.count(), func.count().filter(Visit.address_hash == "")).where(*lately)
    ).one()
    if without >= FEWEST and without > SHARE * number:
        yield mind(
            f"Of {number:,} visits of the last day {without:,} came from an address of your own network or"
            " a CDN's: that is your proxy's, not the visitors'. Set RINGBACK_PROXY_HOPS to the number of"
            " proxies in front of Ringback."
        )


def check_headers(session: Session, now: datetime) -> Iterator[Finding]:
    """Look whether most visits are taken for machines' because no Sec-Fetch header came with them."""
    lately = (Visit.last_at >= now - LOOKED_AT, Visit.forgotten_at.is_(None))
    number = session.scalar(select(func.count()).select_from(Visit).where(*lately)) or 0
    machines = session.scalars(select(Visit.state_reasons).where(*lately, Visit.state == State.MACHINE))
    without = sum(NO_FETCH_HEADERS in reasons for reasons in machines)
    if without >= FEWEST and without > SHARE * number:
        yield mind(
            f"Of {number:,} visits of the last day {without:,} are taken for machines, because no Sec-Fetch"
            " header came with them. Your proxy seems to remove Sec-Fetch headers: let them through."
        )
