"""Why a deal was lost and what the prospect did instead, from nothing but what the file says. PURE."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tracker.words import DealStatus, LossOutcome, ReasonKind

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULT_RULES: dict[ReasonKind, tuple[str, ...]] = {
    # In this order: "lost on price to a competitor" is about the price; the winner has its own field.
    ReasonKind.PRICE: (
        "price",
        "pricing",
        "too expensive",
        "expensive",
        "cost",
        "budget",
        "cheaper",
        "discount",
    ),
    ReasonKind.FEATURE: (
        "feature",
        "functional",
        "missing",
        "lack",
        "integration",
        "capabilit",
        "requirement",
        "product fit",
        "product gap",
        "technical",
    ),
    ReasonKind.SUPPORT: ("support", "onboarding", "implementation", "customer service"),
    ReasonKind.TIMING: (
        "timing",
        "bad time",
        "not now",
        "too early",
        "too soon",
        "postpone",
        "delay",
        "defer",
        "on hold",
        "next year",
        "next quarter",
        "later",
    ),
    ReasonKind.NO_DECISION: (
        "no decision",
        "did not decide",
        "didn't decide",
        "decided nothing",
        "status quo",
        "do nothing",
        "did nothing",
        "no response",
        "unresponsive",
        "went dark",
        "went silent",
        "ghost",
        "cancel",
        "no longer",
        "in-house",
        "in house",
    ),
    ReasonKind.RELATIONSHIP: (
        "relationship",
        "trust",
        "incumbent",
        "existing vendor",
        "existing supplier",
        "current vendor",
        "champion left",
        "contact left",
    ),
    ReasonKind.COMPETITOR: (
        "competit",
        "lost to",
        "chose",
        "went with",
        "another vendor",
        "other vendor",
        "another supplier",
    ),
    ReasonKind.OTHER: ("other",),
}
"""Phrases of the rules that an installation begins with."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A phrase and the kind of loss that it stands for."""

    phrase: str
    kind: ReasonKind


class ReasonLine(NamedTuple):
    """A rule as it is stored."""

    id: int
    """Of its row; 0: not stored yet."""
    phrase: str
    kind: ReasonKind

    @property
    def rule(self) -> Rule:
        """Give what it says."""
        return Rule(self.phrase, self.kind)

    @property
    def group(self) -> None:
        """They all stand in one order."""

    @property
    def key(self) -> str:
        """Only one rule has this."""
        return self.phrase


class ReasonKinds:
    """The table of rules, ready to be asked; the first rule that matches wins."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Take the rules in their order."""
        self._rules = [
            (re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, rule.phrase.casefold().split()))), rule.kind)
            for rule in rules
        ]
        self._known: dict[str, ReasonKind | None] = {}

    def kind_of(self, reason: str) -> ReasonKind | None:
        """Give the kind of a loss reason: none when blank, *other* when no rule matches."""
        return (self._find(reason) or ReasonKind.OTHER) if reason.strip() else None

    def is_unsorted(self, reason: str) -> bool:
        """Whether a reason is *other* only because no rule matches."""
        return bool(reason.strip()) and self._find(reason) is None

    def _find(self, reason: str) -> ReasonKind | None:
        if reason not in self._known:
            text = reason.casefold()
            self._known[reason] = next((kind for pattern, kind in self._rules if pattern.search(text)), None)
        return self._known[reason]


def outcome_of(status: DealStatus, kind: ReasonKind | None, competitor: str) -> LossOutcome | None:
    """Give what the prospect did instead of buying, where reason and competitor say it; else None.

    A reason that says they postponed, or decided nothing, outweighs a competitor's name, because CRMs
    list everybody who was in the running; of several names none is said to have won.
    """
    if status is not DealStatus.LOST:
        return None
    if kind is ReasonKind.TIMING:
        return LossOutcome.POSTPONED
    if kind is ReasonKind.NO_DECISION:
        return LossOutcome.DECIDED_NOTHING
    if kind is ReasonKind.COMPETITOR or (competitor and ";" not in competitor):
        return LossOutcome.CHOSE_COMPETITOR
    return None
