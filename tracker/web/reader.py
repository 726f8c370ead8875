"""Times, days, numbers and money as their reader wants them: their zone, their country's way of writing.

The words are English everywhere; how figures and days are written follows the country that the browser
names. The exact moment stands on hover.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_currency, format_decimal, format_percent
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable

LOCALE = "en_GB"
"""Where the browser names no country: days come before months. Clocks have 24 hours everywhere."""
EXACT = "EEEE d MMMM y, HH:mm:ss zzzz"
MOMENTS = 4_000
"""Of moments, and of days, it is remembered how they are written: a page has a hundred, the next the same."""
ELSEWHERE = "UTC"
HUNDREDTHS = 100
LETTER_AND_DIGIT = re.compile(r"(?<=[A-Za-z])(?=\d)")
"""`CHF9` reads badly."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose clock a page shows, what time it is (UTC), and how their country writes figures."""

    zone: ZoneInfo
    now: datetime
    locale: str = LOCALE

    @classmethod
    def of(cls, time_zone: str, now: datetime, locale: str = LOCALE) -> Reader:
        """Give a reader in the zone of this name; in UTC where it is none any more."""
        return cls(_zone_named(time_zone), now, locale)

    @property
    def today(self) -> date:
        """The reader's own day."""
        return self.now.astimezone(self.zone).date()

    def time(self, at: datetime) -> Markup:
        """Write a moment, e.g. `today 14:02` or `3 Mar 2025, 09:30`."""
        return self._moment(at, self._words(at.astimezone(self.zone)))

    def day(self, day: date) -> Markup:
        """Write a day, e.g. `14 Mar 2025`."""
        words = _day_words(day, self.locale)
        return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), words)

    def month(self, day: date) -> str:
        """Write the month that a day is in, e.g. `Mar 2025`."""
        return format_skeleton("yMMM", day, locale=self.locale)

    def number(self, value: float | Decimal) -> str:
        """Write a number, e.g. `12,480`."""
        return format_decimal(value, locale=self.locale)

    def share(self, part: int, whole: int) -> str:
        """Write a part of a whole, e.g. `12%`; a dash where there is no whole."""
        return format_percent(part / whole, "#,##0%", locale=self.locale) if whole else "\N{EN DASH}"

    def money(self, value_minor: int, currency: str) -> str:
        """Write a value in full, e.g. `£48,000`; hundredths only when there are any."""
        value = Decimal(value_minor) / HUNDREDTHS
        if not currency:
            return format_decimal(value, locale=self.locale)
        pattern = Locale.parse(self.locale).currency_formats["standard"].pattern
        if value == value.to_integral():
            pattern = pattern.replace("0.00", "0")
        written = format_currency(value, currency, pattern, locale=self.locale, currency_digits=False)
        return LETTER_AND_DIGIT.sub("\N{NO-BREAK SPACE}", written)

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

    def _moment(self, at: datetime, words: str) -> Markup:
        exact = _exactly(at, self.zone, self.locale)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(
            at.isoformat(timespec="seconds"), exact, words
        )

    def _words(self, local: datetime) -> str:
        clock = f"{local:%H:%M}"
        if local.date() == self.today:
            return f"today {clock}"
        if local.date() == self.today - timedelta(days=1):
            return f"yesterday {clock}"
        if local.year != self.today.year:
            return f"{_day_words(local.date(), self.locale)}, {clock}"
        return f"{_weekday_words(local.date(), self.locale)}, {clock}"


def locale_of(languages: Iterable[str]) -> str:
    """Find how the reader's country writes figures and days, from the languages a browser names in order."""
    return next((found for language in languages if (found := _english_in(language))), LOCALE)


@lru_cache(maxsize=MOMENTS)
def _exactly(at: datetime, zone: ZoneInfo, locale: str) -> str:
    return format_datetime(at.astimezone(zone), EXACT, locale=locale)


@lru_cache(maxsize=MOMENTS)
def _day_words(day: date, locale: str) -> str:
    return format_skeleton("yMMMd", day, locale=locale)


@lru_cache(maxsize=MOMENTS)
def _weekday_words(day: date, locale: str) -> str:
    return f"{format_date(day, 'EEE', locale=locale)} {format_skeleton('MMMd', day, locale=locale)}"


@lru_cache(maxsize=1_000)
def _zone_named(name: str) -> ZoneInfo:
    """Give the zone of this name; remembered, for the names of all zones are read from many files."""
    return ZoneInfo(name if name in available_timezones() else ELSEWHERE)


@lru_cache(maxsize=64)
def _english_in(language: str) -> str:
    """Give English as the country of this language has it; empty where that is not known."""
    tag = language.replace("-", "_")
    try:
        country = Locale.parse(tag).territory or Locale.parse(get_global("likely_subtags")[tag]).territory
        return str(Locale.parse(f"en_{country}"))
    except (UnknownLocaleError, ValueError, KeyError, TypeError):
        return ""
