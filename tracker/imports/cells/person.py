"""What a cell says about a person: address, phone, country, time zone."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from zoneinfo import available_timezones

import phonenumbers
from babel import Locale
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberMatcher

from tracker.imports.cells.fault import CellError
from tracker.names import name_key

_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]+@(?:[^\s@<>()\[\],;:\"\\.]+\.)+[^\s@<>()\[\],;:\"\\.]{2,}")
_EMAIL_LENGTH = 320
_SEARCHED = 500
"""Characters in which a number is looked for."""
_PARTS = re.compile(r"[;,\n]")
_NAMED_EMAIL = re.compile(r"(?P<name>[^<(]*)[<(]\s*(?P<email>[^<>()\s]+@[^<>()\s]+)\s*[>)]\s*")
_LOCALES = ("en", "de", "fr", "es", "it", "nl", "pt", "sv", "da", "nb", "fi", "pl")
"""Languages in which CRMs write countries."""
_COUNTRY_NICKNAMES = {
    "usa": "US",
    "u.s.a.": "US",
    "u.s.": "US",
    "united states of america": "US",
    "uk": "GB",
    "u.k.": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "holland": "NL",
    "the netherlands": "NL",
    "czech republic": "CZ",
    "korea": "KR",
    "south korea": "KR",
    "russia": "RU",
    "uae": "AE",
}


def parse_email(text: str) -> str:
    """Read an address; of several, the first. `Dana <dana@brightwell.example>` will do.

    Raises:
        CellError: it is no address.

    """
    first = _PARTS.split(text, maxsplit=1)[0].strip()
    if named := _NAMED_EMAIL.fullmatch(first):
        first = named["email"]
    first = first.removeprefix("mailto:")
    if len(first) > _EMAIL_LENGTH or not _EMAIL.fullmatch(first):
        msg = "is no e-mail address"
        raise CellError(msg)
    return first


def split_addresses(text: str) -> list[str]:
    """Part a cell that may name several addresses, blanks left out; none of them is read yet."""
    return [part.strip() for part in _PARTS.split(text) if part.strip()]


def split_named(text: str) -> tuple[str, str]:
    """Split `Dana Ortiz (dana@brightwell.example)` into name and address; either may be missing."""
    if "@" not in text:
        return text, ""
    if named := _NAMED_EMAIL.fullmatch(text):
        return named["name"].strip().strip('"'), named["email"]
    return ("", text) if _EMAIL.fullmatch(text) else (text, "")


def parse_phone(text: str, region: str) -> str:
    """Give a number as E.164, with `;ext=` behind it where it has an extension.

    What cannot be read stays as it was written. `region` is the ISO country of numbers that name none.
    """
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return text
    if not phonenumbers.is_possible_number(number):
        return text
    return _plain(number)


def first_phone(text: str, region: str) -> str:
    """Give the first number that stands in a text, as `parse_phone` does; empty when there is none."""
    matches = PhoneNumberMatcher(text[:_SEARCHED], region)
    return next((_plain(match.number) for match in matches), "")


def _plain(number: PhoneNumber) -> str:
    plain = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{plain};ext={number.extension}" if number.extension else plain


@lru_cache(maxsize=4096)
def parse_country(text: str) -> str:
    """Give the ISO code of a country; empty when it is none that we know."""
    key = name_key(text)
    return _countries().get(key, "")


@lru_cache(maxsize=4096)
def parse_time_zone(text: str) -> str:
    """Give the IANA name of a time zone, also as HubSpot spells it; empty when it is none."""
    return _time_zones().get(text.casefold().replace("_slash_", "/").replace(" ", "_"), "")


@cache
def _countries() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in reversed(_LOCALES):
        for code, name in Locale(language).territories.items():
            if len(code) == len("GB") and code.isalpha():
                names[name_key(name)] = code
                names[code.casefold()] = code
    return names | _COUNTRY_NICKNAMES


@cache
def _time_zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}
