"""The one who reads a page: times in their zone, money and days in words, foreign text made harmless."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from markupsafe import Markup

from alerts.briefing.moments import how_long
from alerts.outcome import CALL_BACK_AHEAD
from alerts.plain import capital
from alerts.why import when

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from alerts.why import Line

LOCALE = "en_GB"
"""The pages are in English; days come before months, clocks have 24 hours."""
EXACT = "EEEE d MMMM y, HH:mm:ss zzzz"
HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose clock the page shows, and what time it is (UTC)."""

    zone: ZoneInfo
    now: datetime

    @property
    def today(self) -> date:
        """The reader's own day."""
        return self.now.astimezone(self.zone).date()

    @property
    def last_call_back(self) -> date:
        """The latest day that a call back may be agreed for."""
        return self.today + CALL_BACK_AHEAD

    def time(self, at: datetime, *, first: bool = False) -> Markup:
        """Write a moment in words, with the exact one on hover; with a capital where it comes `first`."""
        local = at.astimezone(self.zone)
        words = when(at, self.now, self.zone)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(
            at.isoformat(timespec="seconds"),
            format_datetime(local, EXACT, locale=LOCALE),
            capital(words) if first else words,
        )

    def day(self, day: date) -> Markup:
        """Write a day, e.g. `14 Mar 2025`."""
        return Markup('<time datetime="{}">{}</time>').format(
            day.isoformat(), format_date(day, "d MMM y", locale=LOCALE)
        )

    def line(self, line: Line) -> Markup:
        """Write a sentence whose moments are still moments."""
        return Markup().join(
            self.time(part, first=place == 0) if isinstance(part, datetime) else part
            for place, part in enumerate(line)
        )

    def money(self, value_minor: int, currency: str) -> str:
        """Write a value in full, e.g. `£48,000`; hundredths only when there are any."""
        value = Decimal(value_minor) / HUNDREDTHS
        if not currency:
            return format_decimal(value, locale=LOCALE)
        if value == value.to_integral():
            return format_currency(value, currency, "¤#,##0", locale=LOCALE, currency_digits=False)
        return format_currency(value, currency, locale=LOCALE, currency_digits=False)

    def span(self, start: datetime, end: datetime) -> str:
        """Write how long something took; empty below a second."""
        return how_long(round((end - start) / timedelta(milliseconds=1)))

    def stay(self, seconds: int) -> str:
        """Write how long a page was looked at; empty when it was not."""
        return how_long(seconds * 1000)

    def address(self, url: str) -> str:
        """Give an address that may be linked to, else an empty text: only the web's own schemes."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return ""
        return url if parts.scheme in ("http", "https") and parts.netloc else ""

    def path(self, url: str) -> str:
        """Give the part of an address worth reading: without scheme and host."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return url
        return url.removeprefix(f"{parts.scheme}://{parts.netloc}") or url
