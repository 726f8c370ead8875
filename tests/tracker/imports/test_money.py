"""Amounts as exports and people write them."""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.imports.cells.fault import CellError
from tracker.imports.cells.money import decimal_mark, parse_currency, parse_money

NBSP, THIN = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("48000", 4_800_000, ""),
        ("48000.0", 4_800_000, ""),
        ("12500.5", 1_250_050, ""),
        ("$1,234,567", 123_456_700, "USD"),
        ("1.234.567,89 \u20ac", 123_456_789, "EUR"),
        ("1 234 567", 123_456_700, ""),
        (f"1{NBSP}234{THIN}567,50{NBSP}\u20ac", 123_456_750, "EUR"),
        ("CHF 1'234'567.90", 123_456_790, "CHF"),
        ("USD 1,234", 123_400, "USD"),
        ("1,234 usd", 123_400, "USD"),
        ("\u00a348k", 4_800_000, "GBP"),
        ("1.5m", 150_000_000, ""),
        ("A$ 500", 50_000, "AUD"),
        ("R$ 1.000,00", 100_000, "BRL"),
        ("(500)", -50_000, ""),
        ("-500", -50_000, ""),
        ("$-500", -50_000, "USD"),
        ("0", 0, ""),
        (".5", 50, ""),
        ("0.125", 12, ""),
        ("12,34,567", 123_456_700, ""),
        ("1.234", 123_400, ""),
        ("1234.567", 123_457, ""),
    ],
)
def test_an_amount_is_read_in_hundredths(text: str, minor: int, currency: str) -> None:
    money = parse_money(text, None, "EUR")
    assert (money.minor, money.currency) == (minor, currency)


@pytest.mark.parametrize(
    ("text", "mark", "minor"),
    [("1.234", ".", 123), ("1.234", ",", 123_400), ("1,234", ",", 123), ("1,234", ".", 123_400)],
)
def test_the_columns_habit_settles_a_doubt(text: str, mark: Literal[".", ","], minor: int) -> None:
    assert parse_money(text, mark, "EUR").minor == minor


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "12 apples each",
        "1.2.3,4,5",
        "1,2,3",
        "1,23,456.7,8",
        "12,3456,789",
        "--5",
        "(5",
        "12-34",
        "\u00a3",
        "1e9",
        "10" * 20,
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        parse_money(text, None, "EUR")


def test_a_sign_of_several_currencies_means_ones_own_where_it_can() -> None:
    assert parse_money("$5", None, "CAD").currency == "CAD"
    assert parse_money("$5", None, "EUR").currency == "USD"
    assert parse_money("5 kr", None, "SEK").currency == "SEK"
    assert parse_money("5 kr", None, "EUR").currency == ""


def test_currencies_are_codes_or_signs() -> None:
    assert parse_currency("eur", "USD") == "EUR"
    assert parse_currency("\u00a3", "USD") == "GBP"
    with pytest.raises(CellError):
        parse_currency("beads", "USD")


@given(st.integers(0, 10**12), st.sampled_from([",", ".", " ", "'", ""]), st.sampled_from([".", ","]))
def test_any_way_of_grouping_reads_the_same(minor: int, thousands: str, mark: Literal[".", ","]) -> None:
    if thousands == mark:
        return
    text = f"{minor // 100:,}".replace(",", thousands) + f"{mark}{minor % 100:02}"
    assert parse_money(text, None, "EUR").minor == minor
    assert decimal_mark(text) == mark


@given(st.text(max_size=30))
def test_no_text_brings_it_down(text: str) -> None:
    decimal_mark(text)
    with suppress(CellError):
        parse_money(text, None, "EUR")
