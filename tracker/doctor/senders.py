"""Does something on the way to us take away the headers by which browsers are told from programs?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.doctor.finding import Finding, mind
from tracker.ingest.signs import NO_FETCH_HEADERS
from tracker.models import Visit
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

LOOKED_AT = timedelta(days=1)
FEWEST = 10
"""Visits without the headers; fewer may be a few programs."""
SHARE = 0.5
"""Of all visits; where more lack the headers, it is not the visitors."""


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
