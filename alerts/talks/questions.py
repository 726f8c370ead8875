"""What is asked after a loss: the prospect by their rep, and reps by themselves. PURE."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from tracker.words import LossOutcome

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST = 10_000
"""Characters of an answer: four pages, more than anybody says in a call."""
CHOSE_LENGTH = 200
NOBODY_CHOSEN = frozenset({LossOutcome.DECIDED_NOTHING, LossOutcome.POSTPONED})

POST_MORTEM: Mapping[str, str] = MappingProxyType(
    {
        "chose": "Who did they choose?",
        "reasons": "What were the major reasons?",
        "why_not_us": "Why not us?",
        "differently": "What could we have done differently?",
        "project": "How is the project going?",
    }
)
"""In the order of the talk, by the columns of `PostMortem`."""
OFFER = (
    "Offer an outside look, whatever they chose: “If you would like somebody from outside to have a look at"
    " how it goes, at any time, I will gladly do that. It costs you nothing and asks for nothing.”"
)


class Question(StrEnum):
    """What reps ask themselves; yes is always the good answer."""

    EXPLORED = "explored"
    ASKED = "asked"
    MATCHED = "matched"
    THEIR_INTEREST = "their_interest"
    DOOR_OPEN = "door_open"


class Answer(StrEnum):
    """How they see it."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


DEBRIEF: Mapping[Question, str] = MappingProxyType(
    {
        Question.EXPLORED: "Did I explore their needs before I proposed anything?",
        Question.ASKED: "Did I ask, rather than pitch?",
        Question.MATCHED: "Did I match their pace and their priority?",
        Question.THEIR_INTEREST: "Did I help them decide in their own interest?",
        Question.DOOR_OPEN: "Did I leave the door open?",
    }
)


def asks_who(outcome: LossOutcome | None) -> bool:
    """Tell whether to ask whom they chose: not those who chose nobody."""
    return outcome not in NOBODY_CHOSEN
