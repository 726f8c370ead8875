"""A slip in a list of topics is said, with what may be meant."""

from __future__ import annotations

import pytest

from tracker.rules.doubts import doubt_about

KNOWN = ("pricing", "case study", "demo")


@pytest.mark.parametrize("topics", [(), ("pricing",), ("demo", "case study")])
def test_topics_that_pages_have_are_in_no_doubt(topics: tuple[str, ...]) -> None:
    assert doubt_about(topics, KNOWN) == ""


@pytest.mark.parametrize(
    ("topics", "says"),
    [
        (("pricng", "demo"), "No page has the topic pricng (did you mean pricing?). Nothing follows from it"),
        (
            ("pricng", "nan"),
            "No page has the topic nan, pricng (did you mean pricing?). Nothing follows",
        ),
    ],
)
def test_others_are_named(topics: tuple[str, ...], says: str) -> None:
    assert says in doubt_about(topics, KNOWN)
