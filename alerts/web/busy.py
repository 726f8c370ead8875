"""When the database is away, or another process holds it: what the reader is told, and what the log says."""

from __future__ import annotations

import logging

from tracker.db import DATABASE_AWAY

__all__ = ["BUSY", "DATABASE_AWAY", "TRY_AGAIN", "note_busy"]

log = logging.getLogger(__name__)

BUSY = "Ringback is busy just now"
TRY_AGAIN = f"{BUSY}: nothing was stored. Try again."


def note_busy(error: Exception) -> None:
    """Write one line into the log; what somebody typed is not in it."""
    said = str(getattr(error, "orig", error)).strip().partition("\n")[0]
    log.warning("a page of alerts could not use the database: %s", said)
