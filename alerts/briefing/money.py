"""Deal values, short enough for a subject line. PURE."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_symbol

from alerts.plain import printable

MINOR = 100
"""Values are stored in hundredths, whatever the currency."""
STEPS = (("", 0), ("k", 3), ("m", 6), ("bn", 9))
THOUSAND = 1000
ONE_DECIMAL_BELOW = Decimal("9.95")
"""£1.3k, but £48k; what would round to 10 is written as 10."""


def compact(value_minor: int | None, currency: str) -> str:
    """Write a value as a rep says it: `£48k`, `$1.2m`, `CHF 950`; empty when there is none worth saying."""
    if value_minor is None or value_minor <= 0:
        return ""
    currency = printable(currency)
    symbol = get_currency_symbol(currency, locale="en") if currency else ""
    if symbol == "¤":  # Babel's sign for "some currency"
        symbol = currency
    gap = " " if symbol[-1:].isalpha() else ""
    return f"{symbol}{gap}{_short(Decimal(value_minor) / MINOR)}"


def _short(value: Decimal) -> str:
    shown = ""
    for letter, power in STEPS:
        scaled = value.scaleb(-power)
        digits = 1 if letter and scaled < ONE_DECIMAL_BELOW else 0
        rounded = scaled.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
        shown = f"{rounded:f}".removesuffix(".0") + letter
        # Asked after rounding: 999,999 is a million, not a thousand thousands.
        if rounded < THOUSAND:
            break
    return shown
