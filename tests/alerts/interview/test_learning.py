"""Kinds of reasons are read part by part, by the installation's own rules."""

from __future__ import annotations

import pytest

from alerts.interview.learning import kinds_in
from tracker.imports.loss import ReasonKinds, Rule
from tracker.words import ReasonKind

RULES = ReasonKinds(
    [
        Rule("price", ReasonKind.PRICE),
        Rule("budget", ReasonKind.PRICE),
        Rule("onboarding", ReasonKind.SUPPORT),
        Rule("next year", ReasonKind.TIMING),
    ]
)


@pytest.mark.parametrize(
    ("reason", "kinds"),
    [
        ("Price.", [ReasonKind.PRICE]),
        ("The price, and onboarding took too long", [ReasonKind.PRICE, ReasonKind.SUPPORT]),
        ("Onboarding!\nPrice; budget", [ReasonKind.PRICE, ReasonKind.SUPPORT]),
        ("We move next\nyear", [ReasonKind.TIMING]),
        ("The board said no.", [ReasonKind.OTHER]),
        ("The board said no, price was fine", [ReasonKind.PRICE]),
    ],
)
def test_all_kinds_are_found_and_other_only_where_there_is_no_better_word(
    reason: str, kinds: list[ReasonKind]
) -> None:
    assert sorted(kinds_in(reason, RULES)) == sorted(kinds)
