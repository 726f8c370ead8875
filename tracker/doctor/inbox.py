"""Is what arrived worked through?"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.doctor.finding import Finding, ill
from tracker.ingest.inbox import Inbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.db import Database

OVERDUE = timedelta(minutes=1)
"""What waits for longer has nobody who works it through: that takes milliseconds."""
AGAIN = "UPDATE inbox SET tries = 0, not_before = NULL"


def check_inbox(database: Database, now: datetime) -> Iterator[Finding]:
    """Look at what waits in the inbox, and what was set aside there.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the inbox cannot be read.

    """
    file = database.inbox_engine.url.database or ""
    if database.is_sqlite and not Path(file).exists():
        return  # nothing ever arrived
    found = Inbox(database).backlog()
    if found.oldest is not None and now - found.oldest > OVERDUE:
        minutes = int((now - found.oldest) / timedelta(minutes=1))
        yield ill(
            f"Visits that arrived and are not worked through: {found.rows:,}, the oldest for {minutes} min."
            " None is lost. Is `ringback run` or `ringback serve` running? Then its log says what is wrong."
        )
    if found.set_aside:
        where = f"`sqlite3 {file} '{AGAIN}'`" if database.is_sqlite else f"`{AGAIN}` in the database"
        yield ill(
            f"Visits that could not be worked through, and were set aside: {found.set_aside:,}. The log says"
            f" why; when that is mended, {where} has them tried again."
        )
