from __future__ import annotations

import itertools
import re

import pytest

from alerts.briefing.facts import AVOID
from alerts.briefing.saying import opener, questions
from tracker.words import LossOutcome, ReasonKind

EVERY_CASE = list(itertools.product([None, *LossOutcome], [None, *ReasonKind]))
TELLTALES = re.compile(
    r"web|site|page|visit|click|mail|saw|see you|track|discount|price|offer|cheap", re.IGNORECASE
)
ABOUT_A_WINNER = re.compile(r"rollout|competitor|go live|review it|than you expected", re.IGNORECASE)


def test_the_call_opens_with_how_things_are_going() -> None:
    said = [opener("Dana", "Sam", "Northwind", outcome) for outcome in (*LossOutcome, None)]
    assert said == [
        "Hi Dana, Sam from Northwind. How is the rollout going?",
        "Hi Dana, Sam from Northwind. How did things work out?",
        "Hi Dana, Sam from Northwind. How is the timing looking now?",
        "Hi Dana, Sam from Northwind. How are things going?",
    ]


def test_unknown_names_are_left_out() -> None:
    assert opener("", "Sam", "Northwind", None) == "Hi, Sam from Northwind. How are things going?"
    assert opener("Dana", "Sam", "", None) == "Hi Dana, Sam here. How are things going?"
    assert opener("", "", "Northwind", None) == "Hi. How are things going?"


@pytest.mark.parametrize(("outcome", "reason"), EVERY_CASE)
def test_nothing_gives_away_that_they_were_seen(
    outcome: LossOutcome | None, reason: ReasonKind | None
) -> None:
    said = (opener("Dana", "Sam", "Northwind", outcome), *questions(outcome, reason))
    assert not [line for line in said if TELLTALES.search(line)]


@pytest.mark.parametrize(("outcome", "reason"), EVERY_CASE)
def test_there_are_three_different_questions(outcome: LossOutcome | None, reason: ReasonKind | None) -> None:
    asked = questions(outcome, reason)
    assert len(set(asked)) == 3
    assert all(question.endswith("?") for question in asked)


@pytest.mark.parametrize("reason", [None, *ReasonKind])
@pytest.mark.parametrize("outcome", [LossOutcome.DECIDED_NOTHING, LossOutcome.POSTPONED, None])
def test_who_chose_nobody_is_not_asked_about_a_winner(
    outcome: LossOutcome | None, reason: ReasonKind | None
) -> None:
    said = (opener("Dana", "Sam", "Northwind", outcome), *questions(outcome, reason))
    assert not [line for line in said if ABOUT_A_WINNER.search(line)]


def test_the_rep_is_reminded() -> None:
    assert AVOID == "Don't mention the website or discounts."
