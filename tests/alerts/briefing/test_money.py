from __future__ import annotations

import pytest

from alerts.briefing.money import compact


@pytest.mark.parametrize(
    ("value_minor", "currency", "said"),
    [
        (4_800_000, "GBP", "£48k"),
        (4_849_999, "GBP", "£48k"),
        (130_000, "GBP", "£1.3k"),
        (100_000, "USD", "$1k"),
        (99_950, "USD", "$1k"),
        (99_940, "USD", "$999"),
        (99_999_900, "USD", "$1m"),
        (125_000_000, "EUR", "€1.3m"),
        (1_240_000_000, "EUR", "€12m"),
        (250_000_000_000, "JPY", "¥2.5bn"),
        (9_500_000, "CHF", "CHF 95k"),
        (9_500_000, "CAD", "CA$95k"),
        (9_500_000, "XXX", "XXX 95k"),
        (9_500_000, "", "95k"),
        (0, "GBP", ""),
        (-100, "GBP", ""),
        (None, "GBP", ""),
    ],
)
def test_a_value_is_said_shortly(value_minor: int | None, currency: str, said: str) -> None:
    assert compact(value_minor, currency) == said
