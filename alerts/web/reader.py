"""The one who reads a page about alerts: sentences with moments in them, and how long things took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from markupsafe import Markup

from alerts.briefing.moments import how_long
from alerts.outcome import CALL_BACK_AHEAD
from alerts.plain import capital
from tracker.web.reader import Reader as HouseReader

if TYPE_CHECKING:
    from datetime import date

    from alerts.why import Line


@dataclass(frozen=True, slots=True)
class Reader(HouseReader):
    """Whose clock the page shows, and what time it is (UTC)."""

    @property
    def last_call_back(self) -> date:
        """The latest day that a call back may be agreed for."""
        return self.today + CALL_BACK_AHEAD

    def time(self, at: datetime, *, first: bool = False) -> Markup:
        """Write a moment in words, with the exact one on hover; with a capital where it comes `first`."""
        words = self._words(at.astimezone(self.zone))
        return self._moment(at, capital(words) if first else words)

    def line(self, line: Line) -> Markup:
        """Write a sentence whose moments are still moments."""
        return Markup().join(
            self.time(part, first=place == 0) if isinstance(part, datetime) else part
            for place, part in enumerate(line)
        )

    def span(self, start: datetime, end: datetime) -> str:
        """Write how long something took; empty below a second."""
        return how_long(round((end - start) / timedelta(milliseconds=1)))

    def stay(self, seconds: int) -> str:
        """Write how long a page was looked at; empty when it was not."""
        return how_long(seconds * 1000)
