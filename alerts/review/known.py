"""Reviews that were counted, remembered for a while: of a large company one takes a second or two."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.review.figures import count
from tracker.remembered import Remembered

if TYPE_CHECKING:
    from datetime import datetime

    from alerts.review.asked import Asked
    from alerts.review.figures import Figures
    from tracker.db import Database
    from tracker.remembered import Given

KEPT = timedelta(minutes=10)
PATIENCE_S = 4.0
"""Who opens a review that nobody has counted yet waits so long, rather than look at an empty page first."""
MOST = 200
"""Reviews that are remembered, at some tens of kilobytes each."""
LARGE = 500
"""Lost deals and calls of twelve months: of fewer, they are counted whenever they are asked for."""


class KnownReviews:
    """Gives the figures of reviews."""

    def __init__(self, database: Database) -> None:
        """Take where to look; it knows nothing yet."""
        self._database = database
        self._known: Remembered[Asked, Figures] = Remembered(
            lambda wanted: {asked: self._count(asked) for asked in wanted},
            lambda figures: figures.year.lost + figures.year.waits.told >= LARGE,
            KEPT,
            patience_s=PATIENCE_S,
            most=MOST,
        )

    def of(self, asked: Asked, now: datetime) -> Given[Asked, Figures]:
        """Give them as far as they are known."""
        return self._known.get([asked], now)

    def _count(self, asked: Asked) -> Figures:
        with self._database.reading() as session:
            return count(session, asked)
