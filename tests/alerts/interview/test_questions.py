"""What is asked follows what they did; what nobody knows is not claimed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.interview.questions import ABOUT_THE_CHOSEN, NAME_LENGTH, NOBODY, Loss, Topic, questions
from tracker.offers import TEXT_LENGTH
from tracker.words import LossOutcome

names = st.text(max_size=300)
losses = st.builds(Loss, st.none() | st.sampled_from(LossOutcome), names, names, names)
IN_ORDER = list(Topic)
CHOSE = LossOutcome.CHOSE_COMPETITOR


def asked(loss: Loss) -> dict[Topic, str]:
    return {one.topic: one.words for one in questions(loss)}


@given(losses)
def test_who_chose_nobody_is_asked_nothing_about_whom_they_chose(loss: Loss) -> None:
    left_out = ABOUT_THE_CHOSEN if loss.outcome in NOBODY else frozenset()
    assert [one.topic for one in questions(loss)] == [one for one in IN_ORDER if one not in left_out]


@given(losses)
def test_every_question_fits_a_phone_and_the_last_ones_words_fit_their_proof(loss: Loss) -> None:
    for one in questions(loss):
        assert one.words.endswith("?")
        assert "  " not in one.words
        assert one.words.isprintable()
        assert len(one.words) < 100 + 3 * NAME_LENGTH
    assert len(questions(loss)[-1].proof) <= TEXT_LENGTH
    assert questions(loss)[-1].topic is Topic.WILLING


@given(losses, st.sampled_from([None, *NOBODY]))
def test_nobody_is_said_to_have_won_unless_it_is_known(loss: Loss, outcome: LossOutcome | None) -> None:
    named = Loss(outcome, "", "Zzyzx Systems", loss.company)
    assert all("Zzyzx" not in words for words in asked(named).values())
    assert any(one.asks_whom for one in questions(named)) is (outcome is None)


def test_the_winner_and_the_product_are_named_where_they_are_known() -> None:
    words = asked(Loss(CHOSE, "Pro", "Acme", "Northwind"))
    assert words == {
        Topic.REASON: "What was the main reason for not choosing Pro?",
        Topic.BENEFITS: "What did Acme have that we did not?",
        Topic.SELLER: "What was your impression of the person who looked after you at Northwind?",
        Topic.RIGHT: "What did we do right?",
        Topic.HELPER: "Who helped you at Acme?",
        Topic.HELPED: "What did that person do or say that helped you?",
        Topic.LOOKED_AT: "Who else did you look at, besides Acme and Northwind?",
        Topic.ADVICE: "What advice would you give Northwind?",
        Topic.WILLING: "Would you be willing to hear from Northwind again?",
    }


@pytest.mark.parametrize("competitor", ["", "Acme; Zenith"])
def test_of_a_winner_that_is_not_known_it_is_asked_who_it_is(competitor: str) -> None:
    words = asked(Loss(CHOSE, "", competitor, ""))
    assert words[Topic.BENEFITS] == "Whom did you choose, and what did they have that we did not?"
    assert words[Topic.HELPER] == "Who helped you at the company you chose?"
    assert words[Topic.REASON] == "What was the main reason for not choosing us?"


def test_with_an_unknown_outcome_the_words_fit_whatever_they_did() -> None:
    words = asked(Loss(None, "", "", ""))
    for topic in ABOUT_THE_CHOSEN:
        assert words[topic].startswith("If ")
    assert asked(Loss(LossOutcome.POSTPONED, "", "", ""))[Topic.REASON] == (
        "What was the main reason for putting it off?"
    )
    assert asked(Loss(LossOutcome.DECIDED_NOTHING, "Pro", "", ""))[Topic.REASON] == (
        "What was the main reason for leaving things as they are, without Pro?"
    )
