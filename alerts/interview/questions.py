"""What a prospect is asked: nine questions in their order, fewer where they chose nobody. PURE.

Nothing is claimed that is not known: product and winner are named where the CRM names them, and with an
unknown outcome the words fit whatever they did.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from alerts.plain import plain
from tracker.words import LossOutcome

VERSION = "questions 1"
"""Of these words; stands beside every consent that a yes gives. Count it up with every change of them."""
NAME_LENGTH = 60
"""Characters of a name from the CRM or the settings within a question."""
NOBODY = frozenset({LossOutcome.DECIDED_NOTHING, LossOutcome.POSTPONED})
"""Who did one of these chose nobody."""


class Topic(StrEnum):
    """What a question is about; its answer is stored under this name."""

    REASON = "reason"
    BENEFITS = "benefits"
    SELLER = "seller"
    RIGHT = "right"
    HELPER = "helper"
    HELPED = "helped"
    LOOKED_AT = "looked_at"
    ADVICE = "advice"
    WILLING = "willing"
    """The last one, answered by yes or no."""


ABOUT_THE_CHOSEN = frozenset({Topic.BENEFITS, Topic.HELPER, Topic.HELPED})
"""Asked of nobody who chose nobody."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What is known of the deal that they are asked about; blank stays blank."""

    outcome: LossOutcome | None
    product: str
    competitor: str
    company: str
    """Ours."""

    @property
    def us(self) -> str:
        """Name ourselves, within a sentence."""
        return plain(self.company, NAME_LENGTH) or "us"

    @property
    def bought(self) -> str:
        """Name what they did not buy, with a blank before it; empty where it is not known."""
        name = plain(self.product, NAME_LENGTH)
        return f" {name}" if name else ""

    @property
    def winner(self) -> str:
        """Name whom they chose, where the CRM says so; of several names none is said to have won."""
        if self.outcome is not LossOutcome.CHOSE_COMPETITOR or ";" in self.competitor:
            return ""
        return plain(self.competitor, NAME_LENGTH)


@dataclass(frozen=True, slots=True)
class Question:
    """One question, as it is asked."""

    topic: Topic
    words: str
    hint: str = ""
    asks_whom: bool = False
    """The answer begins with whom they chose, because nobody knows that yet."""

    @property
    def proof(self) -> str:
        """All that somebody says yes to, word for word."""
        return f"{self.words} {self.hint}".rstrip()


def questions(loss: Loss) -> tuple[Question, ...]:
    """Give what is asked about this loss, in order."""
    asked = (
        Question(Topic.REASON, _reason(loss), "In your own words; one sentence is enough."),
        *_benefits(loss),
        Question(Topic.SELLER, _seller(loss), "We ask to learn, not to blame anybody."),
        Question(Topic.RIGHT, "What did we do right?"),
        *_helped(loss),
        Question(Topic.LOOKED_AT, _looked_at(loss), "Names are enough."),
        Question(Topic.ADVICE, f"What advice would you give {loss.us}?", "What should we do differently?"),
        Question(
            Topic.WILLING,
            f"Would you be willing to hear from {loss.us} again?",
            "With a yes we may write to you about news and offers. You can take it back at any time.",
        ),
    )
    return tuple(one for one in asked if one.topic not in ABOUT_THE_CHOSEN or loss.outcome not in NOBODY)


def _reason(loss: Loss) -> str:
    if loss.outcome is LossOutcome.POSTPONED:
        return f"What was the main reason for putting{loss.bought or ' it'} off?"
    if loss.outcome is LossOutcome.DECIDED_NOTHING:
        return f"What was the main reason for leaving things as they are, without{loss.bought or ' buying'}?"
    return f"What was the main reason for not choosing{loss.bought or f' {loss.us}'}?"


def _seller(loss: Loss) -> str:
    where = f" at {plain(loss.company, NAME_LENGTH)}" if loss.company.strip() else ""
    return f"What was your impression of the person who looked after you{where}?"


def _looked_at(loss: Loss) -> str:
    others = f"{loss.winner} and {loss.us}" if loss.winner else loss.us
    return f"Who else did you look at, besides {others}?"


def _benefits(loss: Loss) -> tuple[Question]:
    if loss.winner:
        return (Question(Topic.BENEFITS, f"What did {loss.winner} have that we did not?"),)
    if loss.outcome is LossOutcome.CHOSE_COMPETITOR:
        words = "Whom did you choose, and what did they have that we did not?"
        return (Question(Topic.BENEFITS, words, asks_whom=True),)
    words = "If you chose somebody else: who was it, and what did they have that we did not?"
    return (Question(Topic.BENEFITS, words, "Skip it if you chose nobody.", asks_whom=True),)


def _helped(loss: Loss) -> tuple[Question, Question]:
    there = loss.winner or "the company you chose"
    if loss.outcome is LossOutcome.CHOSE_COMPETITOR:
        return (
            Question(Topic.HELPER, f"Who helped you at {there}?", "Their job is enough, if you wish."),
            Question(Topic.HELPED, "What did that person do or say that helped you?"),
        )
    return (
        Question(Topic.HELPER, "If you chose somebody else: who helped you there?", "Their job is enough."),
        Question(Topic.HELPED, "If somebody helped you there: what did that person do or say?"),
    )
