"""What the review calls things that rules and talks name. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.interview.questions import Topic
from alerts.review.weights import NUMBERS
from tracker.ingest.intent import PAGE
from tracker.rules.points import CIRCUMSTANCES

if TYPE_CHECKING:
    from collections.abc import Mapping

INTERVIEW: Mapping[Topic, str] = {
    Topic.REASON: "Why they did not buy",
    Topic.BENEFITS: "What the other had",
    Topic.SELLER: "How our salesperson came across",
    Topic.RIGHT: "What we did right",
    Topic.HELPER: "Who helped them there",
    Topic.HELPED: "What that person did",
    Topic.LOOKED_AT: "Who else they looked at",
    Topic.ADVICE: "Advice to us",
    Topic.WILLING: "Willing to hear from us again",
}
_LABELS = {number.name: number.label for number in CIRCUMSTANCES}


def of_intent(name: str) -> str:
    """Name a reason of intent, as the rules do."""
    if name.startswith(PAGE):
        return f"Page about {name.removeprefix(PAGE)}"
    return _LABELS.get(NUMBERS.get(name, ""), name.capitalize())
