"""How often the rules were right, by what reps reported, and how far chance reaches. PURE."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from alerts.words import OutcomeKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

Z_95 = 1.959964
"""Standard deviations to either side that hold 95 % of a normal distribution."""
FEW = 12
"""Below this many reports the 95 % interval of a middling share covers more than half of all that is possible
(51 points at 11, 49 at 12): then no share is given.
"""
RIGHT = frozenset(
    {
        OutcomeKind.SPOKE,
        OutcomeKind.CALL_BACK,
        OutcomeKind.REOPENED,
        OutcomeKind.WON_BACK,
        OutcomeKind.STOP,
    }
)
"""Reports that show that the right person was there, or at least did not deny it."""
WRONG = frozenset({OutcomeKind.WRONG_PERSON, OutcomeKind.NOT_THEM})
"""Reports that the alert told of somebody who was not there. The others say nothing about that."""


class Interval(NamedTuple):
    """From where to where a share may well lie."""

    low: float
    high: float


def wilson(right: int, judged: int, z: float = Z_95) -> Interval:
    """Give the score interval of the share `right` of `judged`; of nothing judged, everything is possible.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of
    the American Statistical Association 22 (1927), 209-212. Unlike the textbook's interval it stays within
    0 and 1, and is honest about few cases.

    Raises:
        ValueError: there are not from 0 to `judged` right ones.

    """
    if not 0 <= right <= judged:
        msg = f"{right} of {judged} is no share"
        raise ValueError(msg)
    if judged == 0:
        return Interval(0.0, 1.0)
    share, weight = right / judged, z * z / judged
    centre = (share + weight / 2) / (1 + weight)
    reach = z * sqrt(share * (1 - share) / judged + weight / (4 * judged)) / (1 + weight)
    # The ends are 0 and 1 exactly where nothing or everything was right; rounding must not move them inwards.
    low = 0.0 if right == 0 else max(0.0, centre - reach)
    high = 1.0 if right == judged else min(1.0, centre + reach)
    return Interval(low, high)


@dataclass(frozen=True, slots=True)
class Precision:
    """Of the alerts with a certain name on record and judged by their rep: how many were right."""

    name: str
    judged: int
    right: int

    @property
    def few(self) -> bool:
        """Too few to give a share."""
        return self.judged < FEW

    @property
    def share(self) -> float:
        """How many of those judged were right, 0 to 1; 0 of none."""
        return self.right / self.judged if self.judged else 0.0

    @property
    def interval(self) -> Interval:
        """Where the share may lie, by 95 %."""
        return wilson(self.right, self.judged)


class Reported(NamedTuple):
    """An outcome that was not undone."""

    at: datetime
    kind: OutcomeKind


def verdict(reports: Iterable[Reported]) -> bool | None:
    """Say whether an alert was right by its latest report that says so or denies it; None: none does."""
    telling = sorted((one for one in reports if one.kind in RIGHT | WRONG), key=lambda one: one.at)
    return telling[-1].kind in RIGHT if telling else None


def tally(judged: Iterable[tuple[Iterable[str], bool]]) -> tuple[Precision, ...]:
    """Count by name: each alert's names, and whether it was right. The most judged come first."""
    answers: dict[str, list[bool]] = defaultdict(list)
    for names, right in judged:
        for name in set(names):
            answers[name].append(right)
    rows = (Precision(name, len(those), sum(those)) for name, those in answers.items())
    return tuple(sorted(rows, key=lambda row: (-row.judged, row.name)))
