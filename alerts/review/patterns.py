"""What is a pattern, and what are single voices: a guard against knee-jerks. PURE.

A complaint is a pattern when at least three different prospects of three different companies made it, and
its share of all who said anything of the kind stands clear of chance: the lower end of its 95 % Wilson
interval lies above the share that the other complaints of the kind have on average. Twelve months are looked
at, for a month alone is single voices.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.precision import wilson

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alerts.precision import Interval
    from alerts.review.complaints import About, Complaint

FEWEST = 3
"""Different prospects, and different companies, that a pattern takes; source: the product's own rule."""
METHOD = (
    "A complaint is a pattern when at least three different prospects of three different companies made it in"
    " the twelve months, and its share of all companies that said anything of the kind stands clear of"
    " chance: even the low end under “Between”, a 95% Wilson interval, is above the average of the others."
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A complaint beside the others of its kind; shares are of companies, 0 to 1."""

    complaint: Complaint
    of: int
    """Companies that said anything of the kind."""
    interval: Interval
    rest: float
    """What the others of the kind have on average; 0 where there is no other."""

    @property
    def voices(self) -> int:
        """Companies that made it."""
        return len(self.complaint.companies)

    @property
    def is_pattern(self) -> bool:
        """Enough prospects made it, and its share stands clear."""
        enough = self.voices >= FEWEST and len(self.complaint.people) >= FEWEST
        return enough and self.interval.low > self.rest


def judged(complaints: Iterable[Complaint]) -> list[Judged]:
    """Look at each complaint beside the others of its kind, in the order given."""
    kinds: dict[About, list[Complaint]] = defaultdict(list)
    for one in complaints:
        kinds[one.about].append(one)
    return [row for those in kinds.values() for row in _beside_each_other(those)]


def _beside_each_other(those: list[Complaint]) -> list[Judged]:
    everybody = len(frozenset().union(*(one.companies for one in those)))
    made = sum(len(one.companies) for one in those)
    rows = []
    for one in those:
        voices = len(one.companies)
        rest = (made - voices) / (len(those) - 1) / everybody if len(those) > 1 else 0.0
        rows.append(Judged(one, everybody, wilson(voices, everybody), rest))
    return rows
