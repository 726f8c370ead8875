"""The thank-you respects the decision, whatever it was, and opens in any mail program."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.followups.thanks import MAILTO_LENGTH, Draft, Thanked, mailto, note, opens_whole, thank
from tracker.words import LossOutcome

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = date(2026, 3, 10)
"""A Tuesday."""
OUTCOMES = (*LossOutcome, None)
UNSAID = re.compile(
    r"discount|price|cheap|offer|deal|lower|website|web site|visit|click|track|link|saw |lost|reconsider"
    r"|change your decision|competitor|sorry|unfortunately",
    re.IGNORECASE,
)
SLOT = "Tuesday 24 March at 10:00 (London time)"


def thanked(outcome: LossOutcome | None = LossOutcome.CHOSE_COMPETITOR, **fields: object) -> Thanked:
    values = {"first_name": "Dana", "product": "Pro", "rep": "Sam Reed", "company": "Northwind"} | fields
    return Thanked(**values, outcome=outcome)  # type: ignore[arg-type]  # the fields of one


def every() -> Iterator[Thanked]:
    for outcome, slot, no_calls, name in product(OUTCOMES, ("", SLOT), (False, True), ("Dana", "")):
        yield thanked(outcome, slot=slot, no_calls=no_calls, first_name=name)


@pytest.mark.parametrize("about", list(every()))
def test_no_draft_offers_a_price_argues_or_speaks_of_what_we_saw(about: Thanked) -> None:
    for text in (thank(about, TODAY).subject, thank(about, TODAY).body, note(about)):
        assert not UNSAID.search(text), text
        assert "{" not in text
        assert not re.search(r" {2}|\n{3}| ,| \.|None", text), text


def test_each_decision_has_words_of_its_own() -> None:
    assert len({thank(thanked(outcome), TODAY).body for outcome in OUTCOMES}) == len(OUTCOMES)
    assert "somebody else" not in thank(thanked(LossOutcome.DECIDED_NOTHING), TODAY).body
    assert "somebody else" not in thank(thanked(None), TODAY).body


def test_it_asks_for_a_short_call_in_two_weeks_and_never_at_a_weekend() -> None:
    assert "around Tuesday 24 March?" in thank(thanked(), TODAY).body
    assert "around Monday 30 March?" in thank(thanked(), TODAY + timedelta(days=4)).body


def test_what_is_agreed_is_confirmed_and_nothing_else_proposed() -> None:
    body = thank(thanked(slot=SLOT), TODAY).body
    assert f"I will call you on {SLOT}." in body
    assert "around" not in body
    assert "Which day" not in body


def test_who_asked_not_to_be_called_is_asked_for_a_line() -> None:
    body = thank(thanked(slot=SLOT, no_calls=True), TODAY).body
    assert "a line in reply is welcome" in body
    assert " call" not in body


def test_what_is_unknown_is_left_out() -> None:
    bare = thank(thanked(None, first_name="", product="", rep="", company=""), TODAY)
    assert bare.subject == "Thank you for your time"
    assert bare.body.startswith(
        "Hello,\n\nThank you for telling us how you decided, and for the time you gave us."
    )
    assert bare.body.endswith("Kind regards")


def read(address: str) -> tuple[str, str, str]:
    parts = urlsplit(address)
    fields = parse_qs(parts.query, strict_parsing=bool(parts.query), keep_blank_values=True)
    return unquote(parts.path), fields.get("subject", [""])[0], fields.get("body", [""])[0]


@given(subject=st.text(max_size=40), body=st.text(max_size=150))
def test_what_is_typed_reaches_the_mail_program_as_it_is(subject: str, body: str) -> None:
    draft = Draft(subject, body)
    to, shown, text = read(mailto("dana+x@brightwell.example", draft))
    if opens_whole("dana+x@brightwell.example", draft):
        assert (to, shown) == ("dana+x@brightwell.example", subject)
        assert text.split("\r\n") == (body.splitlines() or [""])


def test_ends_of_lines_ampersands_and_umlauts_are_written_as_mail_programs_read_them() -> None:
    address = mailto("dana@b.example", Draft("Grüße & Dank", "Zeile 1\nZeile 2 & 3 = 100 % + ?"))
    assert address == (
        "mailto:dana@b.example?subject=Gr%C3%BC%C3%9Fe%20%26%20Dank"
        "&body=Zeile%201%0D%0AZeile%202%20%26%203%20%3D%20100%20%25%20%2B%20%3F"
    )


@pytest.mark.parametrize(
    "evil", ["dana@b.example?bcc=eve@x.example", "dana@b.example&bcc=eve@x.example", "a%0Abcc:x@y"]
)
def test_s9_an_address_brings_nobody_else_along(evil: str) -> None:
    assert "bcc" not in parse_qs(urlsplit(mailto(evil, Draft("s", "b"))).query)


def test_a_text_that_is_too_long_for_a_mail_program_is_left_to_be_copied() -> None:
    long = Draft("Thank you", "ü" * 1_000)
    assert not opens_whole("dana@b.example", long)
    assert read(mailto("dana@b.example", long)) == ("dana@b.example", "Thank you", "")
    both = mailto("dana@b.example", Draft("ü" * 1_000, "x"))
    assert both == "mailto:dana@b.example"
    assert all(
        len(mailto("dana@b.example", thank(about, TODAY))) <= MAILTO_LENGTH
        and opens_whole("dana@b.example", thank(about, TODAY))
        for about in every()
    )
