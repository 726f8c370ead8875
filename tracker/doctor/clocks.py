"""Do the clocks of this machine and of what it depends on agree?"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from tracker.doctor.finding import Finding, mind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tracker.db import Database

MOST_APART = timedelta(minutes=1)
"""More is no delay of the network's. Leases forgive five minutes, and tokens any time."""


def running(now: datetime) -> Callable[[], datetime]:
    """Give a clock that shows `now` and goes on from there: what is asked first may take half a minute."""
    begun = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - begun)


def check_database_clock(database: Database, clock: Callable[[], datetime]) -> Iterator[Finding]:
    """Compare with PostgreSQL's clock; a SQLite file has none.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database does not say.

    """
    if database.is_sqlite:
        return
    with database.read_engine.connect() as connection:
        theirs = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    yield from compared("the database's", theirs, clock())


def compared(whose: str, theirs: datetime, ours: datetime) -> Iterator[Finding]:
    """Say by how much two clocks differ, if it is too much."""
    apart = ours - theirs
    if abs(apart) > MOST_APART:
        apart_s = round(abs(apart).total_seconds())
        side = "ahead of" if ours > theirs else "behind"
        yield mind(
            f"This machine's clock is {apart_s:,} seconds {side} {whose}: calls come at wrong times. Let"
            " NTP set both (`timedatectl set-ntp true`)."
        )
