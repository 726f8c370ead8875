"""What the rep can say and ask: how things are going, never that we saw them. PURE.

Nothing here speaks of websites, mails, visits or discounts, and who chose nobody is not asked about a
winner.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from tracker.words import LossOutcome, ReasonKind

if TYPE_CHECKING:
    from collections.abc import Mapping

OPENERS: Mapping[LossOutcome, str] = MappingProxyType(
    {
        LossOutcome.CHOSE_COMPETITOR: "How is the rollout going?",
        LossOutcome.DECIDED_NOTHING: "How did things work out?",
        LossOutcome.POSTPONED: "How is the timing looking now?",
    }
)
NEUTRAL_OPENER = "How are things going?"

QUESTIONS: Mapping[LossOutcome, tuple[str, str, str]] = MappingProxyType(
    {
        LossOutcome.CHOSE_COMPETITOR: (
            "What is harder than you expected?",
            "What would you change?",
            "When do you next review it?",
        ),
        LossOutcome.DECIDED_NOTHING: (
            "How do you handle it today?",
            "What takes the most effort?",
            "What would make it worth another look?",
        ),
        LossOutcome.POSTPONED: (
            "What has changed since then?",
            "What has to be in place first?",
            "When would be a good time to look again?",
        ),
    }
)
NEUTRAL_QUESTIONS = (
    "What did you decide in the end?",
    "What matters most to you now?",
    "When will you next look at it?",
)

FIRST_QUESTIONS: Mapping[tuple[LossOutcome, ReasonKind], str] = MappingProxyType(
    {
        (LossOutcome.CHOSE_COMPETITOR, ReasonKind.FEATURE): "What do you still have to do by hand?",
        (LossOutcome.CHOSE_COMPETITOR, ReasonKind.SUPPORT): "How quickly do you get help when you need it?",
        (LossOutcome.CHOSE_COMPETITOR, ReasonKind.TIMING): "Did it go live when you needed it?",
        (
            LossOutcome.CHOSE_COMPETITOR,
            ReasonKind.RELATIONSHIP,
        ): "What do you value most in the people you work with?",
        (LossOutcome.DECIDED_NOTHING, ReasonKind.PRICE): "What would it have to bring in to be worth it?",
        (LossOutcome.DECIDED_NOTHING, ReasonKind.FEATURE): "What would it have to do that it didn't then?",
        (LossOutcome.DECIDED_NOTHING, ReasonKind.TIMING): "What has to happen first?",
        (LossOutcome.DECIDED_NOTHING, ReasonKind.NO_DECISION): "Who else has a say in it today?",
        (LossOutcome.POSTPONED, ReasonKind.PRICE): "When is the next budget set?",
        (LossOutcome.POSTPONED, ReasonKind.FEATURE): "Which parts matter most to you now?",
        (LossOutcome.POSTPONED, ReasonKind.NO_DECISION): "Who else has a say in it today?",
    }
)
"""Where the reason says what to ask about, the first question does."""


def opener(first_name: str, rep: str, company: str, outcome: LossOutcome | None) -> str:
    """Write the first words of the call; what is unknown of the names is left out."""
    hello = f"Hi {first_name}" if first_name else "Hi"
    rep_of = f"{rep} from {company}" if company else f"{rep} here"
    introduction = f"{hello}, {rep_of}." if rep else f"{hello}."
    return f"{introduction} {OPENERS[outcome] if outcome else NEUTRAL_OPENER}"


def questions(outcome: LossOutcome | None, reason: ReasonKind | None) -> tuple[str, ...]:
    """Give three questions that fit what they did instead, and why."""
    if outcome is None:
        return NEUTRAL_QUESTIONS
    first, *others = QUESTIONS[outcome]
    fitting = FIRST_QUESTIONS.get((outcome, reason), first) if reason else first
    return (fitting, *others)
