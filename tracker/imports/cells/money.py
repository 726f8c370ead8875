"""Amounts as exports write them, in hundredths, and the currency they carry. PURE."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tracker.imports.cells.fault import CellError

DecimalMark = Literal[".", ","]

LIMIT_MINOR = 10**16
"""Hundredths; no deal is worth more, and the column holds no more than 9 * 10**18."""

_SYMBOLS = {
    "us$": "USD",
    "a$": "AUD",
    "au$": "AUD",
    "c$": "CAD",
    "ca$": "CAD",
    "nz$": "NZD",
    "hk$": "HKD",
    "s$": "SGD",
    "r$": "BRL",
    "mx$": "MXN",
    "\u20ac": "EUR",
    "euro": "EUR",
    "\u00a3": "GBP",
    "\u20b9": "INR",
    "rs": "INR",
    "z\u0142": "PLN",
    "k\u010d": "CZK",
    "ft": "HUF",
    "\u20ba": "TRY",
    "\u20a9": "KRW",
    "\u20aa": "ILS",
    "\u0e3f": "THB",
    "\u20bd": "RUB",
    "\u20b4": "UAH",
    "fr": "CHF",
    "sfr": "CHF",
}
_SHARED = {
    "$": ("USD", "AUD", "CAD", "NZD", "HKD", "SGD", "MXN"),
    "\u00a5": ("JPY", "CNY"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
}
"""Signs of several currencies: which one is meant is said elsewhere, or is assumed nowhere."""

_SHAPE = re.compile(
    r"(?P<open>\()?\s*(?P<sign>[-\u2212+])?\s*(?P<before>[^\d\s.,()+\-\u2212']{0,4}(?:\s?\$)?)\s*(?P<sign2>[-\u2212])?\s*"
    r"(?P<number>\d[\d\s.,'\u2019]*|[.,]\d+)\s*(?P<scale>[kKmM](?![^\W\d_]))?\s*(?P<after>[^\d\s()]{0,4})\s*(?P<close>\))?"
)
_SPACES = re.compile(r"[\s'\u2019]")
_CODE = re.compile(r"[A-Za-z]{3}")
_SCALE = {"k": 1_000, "m": 1_000_000}
_THOUSANDS = 3


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in hundredths, and the currency its own cell names ('' when it names none)."""

    minor: int
    currency: str


def parse_money(text: str, mark: DecimalMark | None, default: str) -> Money:
    """Read an amount: `48000`, `$1,234,567`, `1.234.567,89 EUR`, `1 234 567`, `£48k`, `(500)`.

    `mark` is what the column was seen to write before the cents; without it, three digits after a
    single mark are thousands, since no currency here has thousandths. A sign of several currencies
    means `default` when that is one of them, else the first that the sign is known for ('' for kr).

    Raises:
        CellError: it is no amount.

    """
    shape = _SHAPE.fullmatch(text)
    if not shape or bool(shape["open"]) != bool(shape["close"]) or (shape["sign"] and shape["sign2"]):
        msg = "is no amount: write it like 48000 or 48,000.00"
        raise CellError(msg)
    number = Decimal(_plain(_SPACES.sub("", shape["number"]).rstrip(".,"), mark))
    number *= _SCALE.get((shape["scale"] or "").lower(), 1)
    minor = int((number * 100).to_integral_value())
    if minor >= LIMIT_MINOR:
        msg = "is more than any deal is worth"
        raise CellError(msg)
    negative = shape["open"] or shape["sign"] in ("-", "\u2212") or shape["sign2"]
    word = (shape["before"] or shape["after"]).strip()
    return Money(-minor if negative else minor, _named(word, default) if word else "")


def parse_currency(text: str, default: str) -> str:
    """Read a currency's code or sign.

    Raises:
        CellError: it is neither.

    """
    return _named(text, default)


def decimal_mark(text: str) -> DecimalMark | None:
    """Tell the mark before the cents where this amount leaves no doubt; None where it does."""
    shape = _SHAPE.fullmatch(text)
    if not shape:
        return None
    digits = _SPACES.sub("", shape["number"]).rstrip(".,")
    point, comma = digits.rfind("."), digits.rfind(",")
    if point >= 0 and comma >= 0:
        return "." if point > comma else ","
    place = max(point, comma)
    if place < 0:
        return None
    mark: DecimalMark = "." if point >= 0 else ","
    if digits.count(mark) > 1:
        return "," if mark == "." else "."
    is_thousands = len(digits) - place - 1 == _THOUSANDS and 0 < place <= _THOUSANDS and digits[0] != "0"
    return None if is_thousands else mark


def _plain(digits: str, mark: DecimalMark | None) -> str:
    """Give the number as Python writes it."""
    mark = decimal_mark(digits) or mark
    if mark is None:
        return digits.replace(".", "").replace(",", "") or "0"
    other = "," if mark == "." else "."
    whole, _, cents = digits.partition(mark)
    if mark in cents or other in cents:
        msg = "is no amount: it has several decimal marks"
        raise CellError(msg)
    first, *groups = whole.split(other)
    # The last group is of three digits everywhere; in India those before it are of two.
    if groups and (len(groups[-1]) != _THOUSANDS or {len(group) for group in groups} - {2, _THOUSANDS}):
        msg = "is no amount: its thousands are not in groups of three"
        raise CellError(msg)
    return f"{''.join([first, *groups]) or '0'}.{cents or '0'}"


def _named(word: str, default: str) -> str:
    sign = word.casefold().rstrip(".")
    if sign in _SYMBOLS:
        return _SYMBOLS[sign]
    if sign in _SHARED:
        known = _SHARED[sign]
        if default in known:
            return default
        return "" if sign == "kr" else known[0]
    if _CODE.fullmatch(word):
        return word.upper()
    msg = "names no currency: write its code, like USD or EUR"
    raise CellError(msg)
