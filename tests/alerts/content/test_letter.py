"""The words around a link: they mention no tracking and no lower price, and break no mail program."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from alerts.content.letter import MAILTO_LENGTH, draft
from alerts.content.suggest import Fit

LINK = "https://www.northwind.example/guide#rb=x"


@pytest.mark.parametrize("fit", [*Fit, None])
def test_the_words_say_why_and_nothing_of_visits_or_prices(fit: Fit | None) -> None:
    written = draft("A guide", LINK, fit, "Dana", "Sam Reed")
    assert written.body.startswith("Hi Dana,\n\n")
    assert written.body.endswith("\n\nSam Reed")
    assert f"A guide\n{LINK}\n" in written.body
    words = f"{written.subject} {written.body}".lower()
    assert not any(no in words for no in ("track", "visit", "website", "saw", "discount", "price", "offer"))


def test_who_has_no_first_name_is_not_given_one() -> None:
    assert draft("A guide", LINK, None, "", "Sam").body.startswith("Hello,\n")


def test_a_mail_program_gets_it_all_and_no_header_more() -> None:
    written = draft("Q&A: 100% <b>\r\nBcc: eve@x.example", LINK, Fit.GOAL, "Dana", "Sam")
    address = written.mailto("d&ana?cc=x@brightwell.example")
    parts = urlsplit(address)
    asked = parse_qs(parts.query)
    assert set(asked) == {"subject", "body"}
    assert "\n" not in asked["subject"][0]
    assert LINK in asked["body"][0]
    assert "?cc" not in parts.path


def test_what_is_too_long_for_a_mail_program_is_left_to_be_copied() -> None:
    assert draft("A guide", LINK + "x" * MAILTO_LENGTH, None, "Dana", "Sam").mailto("d@x.example") == ""
