"""Are page views kept by month, as they are dropped? On SQLite there is nothing to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.doctor.finding import Finding, mind
from tracker.months import missing, month_of, strays

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

WHO = "`ringback worker` sees to it every ten minutes, and so does `ringback run`: does one of them run?"


def check_months(session: Session, now: datetime) -> Iterator[Finding]:
    """Look whether next month's page views have their place, and whether all others have found theirs."""
    following = month_of(now, 1)
    if following in missing(session, now):
        yield mind(f"Page views of {following:%Y-%m} have no partition yet. {WHO}")
    if number := strays(session):
        yield mind(f"Page views that are in no month's partition: {number:,}. None is lost. {WHO}")
