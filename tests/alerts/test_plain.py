from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.plain import ELLIPSIS, plain, printable, sentence, shorten


def test_a_note_of_several_lines_becomes_one() -> None:
    assert plain("Board wanted\r\n\tunder £40k;\u2028 SSO\u00a0missing", 80) == (
        "Board wanted under £40k; SSO missing"
    )


@pytest.mark.parametrize(
    "unseen", ["\0", "\x1b", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800", "\U000e0041"]
)
def test_s9_what_nobody_can_see_is_dropped(unseen: str) -> None:
    assert plain(f"Da{unseen}na", 80) == "Dana"


def test_names_keep_what_their_spelling_needs() -> None:
    assert (
        plain("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647", 80)
        == "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647"
    )
    assert plain("Zoë Œuvre-Łukasz 李", 80) == "Zoë Œuvre-Łukasz 李"


def test_a_long_text_ends_after_a_word() -> None:
    assert shorten("Orbital Freight and Logistics", 20) == "Orbital Freight and…"
    assert shorten("Featherstonehaugh", 10) == "Feathersto"[:9] + ELLIPSIS


def test_an_accent_or_an_emoji_is_not_torn_apart() -> None:
    assert shorten("Zoe\u0308 Miller", 4) == "Zo…"
    assert shorten("ab👩\u200d💻cd", 5) == "ab…"


def test_a_sentence_ends_once() -> None:
    assert [sentence(text) for text in ("", "Chose Acme", "Chose Acme Inc.", "Really?")] == [
        "",
        "Chose Acme.",
        "Chose Acme Inc.",
        "Really?",
    ]


@given(st.text(), st.integers(min_value=1, max_value=60))
def test_whatever_comes_in_one_short_printable_line_comes_out(text: str, limit: int) -> None:
    line = plain(text, limit)
    assert len(line) <= limit
    assert line == " ".join(line.split())
    assert not any(
        unicodedata.category(one) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} for one in printable(line)
    )
