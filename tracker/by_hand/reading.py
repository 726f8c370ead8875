"""What was typed about a prospect or a deal, read: blank is nothing, what cannot be read says why. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import phonenumbers
from babel import Locale
from phonenumbers import NumberParseException

from tracker.errors import PlainError
from tracker.imports.cells.dates import parse_date
from tracker.imports.cells.fault import CellError
from tracker.imports.cells.money import parse_currency, parse_money
from tracker.imports.cells.person import parse_country, parse_email, parse_phone, parse_time_zone
from tracker.imports.cells.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from enum import StrEnum

T = TypeVar("T")
Word = TypeVar("Word", bound="StrEnum")

NAME_LENGTH = 200
TITLE_LENGTH = 300
"""Of companies and deals."""
NOTES_LENGTH = 5_000
"""Characters of notes and reasons that somebody types; a file may bring more."""
HUNDREDTHS = 100
_CODES = frozenset(Locale("en").currencies)


class ReadingError(PlainError):
    """What was typed cannot be; the message says what to type."""


def read_line(text: str, length: int = NAME_LENGTH) -> str:
    """Read one line that may be blank.

    Raises:
        ReadingError: it is longer than `length` characters.

    """
    if len(text) > length:
        msg = f"Write at most {length} characters"
        raise ReadingError(msg)
    return one_line(text, length)


def read_text(text: str) -> str:
    """Read notes or a reason, in several lines or none.

    Raises:
        ReadingError: they are longer than `NOTES_LENGTH`.

    """
    if len(text) > NOTES_LENGTH:
        msg = f"Write at most {NOTES_LENGTH:,} characters: these are {len(text):,}"
        raise ReadingError(msg)
    return text


def needed(text: str, what: str, length: int = NAME_LENGTH) -> str:
    """Read one line that may not be blank; `what` says what to write.

    Raises:
        ReadingError: it is blank or too long.

    """
    if not text.strip():
        raise ReadingError(what)
    return read_line(text, length)


def read_address(text: str) -> str:
    """Read a mail address, as it is written.

    Raises:
        ReadingError: it is none.

    """
    return _cell(text, parse_email, "Write a mail address like dana@example.com") if text else ""


def read_phone(text: str, region: str) -> str:
    """Read a phone number as E.164; `region` is the ISO country of one that names none.

    Raises:
        ReadingError: no phone has such a number.

    """
    if not text:
        return ""
    try:
        is_one = phonenumbers.is_possible_number(phonenumbers.parse(text, region))
    except NumberParseException:
        is_one = False
    if not is_one:
        msg = "Write the number with its country code, like +44 20 7946 0018"
        raise ReadingError(msg)
    return parse_phone(text, region)


def read_country(text: str) -> str:
    """Read a country's name or ISO code as its code.

    Raises:
        ReadingError: there is none of that name.

    """
    code = parse_country(text) if text else ""
    if text and not code:
        msg = "Write the country's name, or its code of two letters, like GB"
        raise ReadingError(msg)
    return code


def read_zone(text: str) -> str:
    """Read a time zone; blank: worked out from the phone.

    Raises:
        ReadingError: there is none of that name.

    """
    zone = parse_time_zone(text) if text else ""
    if text and not zone:
        msg = "Write a time zone like Europe/London, choose one of the list, or leave it blank"
        raise ReadingError(msg)
    return zone


def read_value(text: str, currency: str) -> int | None:
    """Read an amount in hundredths.

    Raises:
        ReadingError: it is none, or below zero.

    """
    if not text:
        return None
    money = _cell(text, lambda said: parse_money(said, None, currency), "Write an amount like 48000")
    if money.minor < 0:
        msg = "Write an amount above zero, or leave it blank"
        raise ReadingError(msg)
    return money.minor


def read_currency(text: str, default: str) -> str:
    """Read a currency's code; blank is `default`.

    Raises:
        ReadingError: there is none of that name.

    """
    if not text:
        return default
    code = _cell(text, lambda said: parse_currency(said, default), "")
    if code not in _CODES:
        msg = "Write the currency's code, like USD or EUR"
        raise ReadingError(msg)
    return code


def read_day(text: str) -> date | None:
    """Read a day.

    Raises:
        ReadingError: it is none, or has two readings.

    """
    return _cell(text, lambda said: parse_date(said, None), "Write the day like 2026-03-14") if text else None


def read_choice(text: str, words: type[Word]) -> Word | None:
    """Read one of the product's words; blank: not said.

    Raises:
        ReadingError: it is none of them.

    """
    if not text:
        return None
    try:
        return words(text)
    except ValueError as error:
        msg = "Choose one of the list"
        raise ReadingError(msg) from error


def written_value(value_minor: int | None) -> str:
    """Write an amount as it is read again."""
    if value_minor is None:
        return ""
    whole, hundredths = divmod(abs(value_minor), HUNDREDTHS)
    sign = "-" if value_minor < 0 else ""
    return f"{sign}{whole}.{hundredths:02}" if hundredths else f"{sign}{whole}"


def _cell(text: str, read: Callable[[str], T], advice: str) -> T:
    try:
        return read(text)
    except CellError as error:
        raise ReadingError(advice or f"“{text}” {error}") from error
