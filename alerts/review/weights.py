"""What the points of intent might be, by what calls for each reason came to. PURE.

A suggestion is made only where chance does not explain it: the 95 % Wilson interval of calls with the reason
lies clear of the share of those without it. It is a small step, so that the next review sees what it did.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from alerts.precision import FEW, wilson
from tracker.ingest.intent import ACTIVE, ANSWERS, COLLEAGUE, ON_THEIR_OWN, PAGE, RENEWAL, SILENCE, THIS_WEEK
from tracker.rules.points import ENDS, OF_TOPIC

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from alerts.precision import Interval

STEP = 0.2
"""Part of its points by which a reason is to be worth more or less, at least one point."""
NUMBERS: Mapping[str, str] = MappingProxyType(
    {
        ANSWERS: "answers_reason",
        ON_THEIR_OWN: "on_their_own",
        SILENCE: "long_silence",
        THIS_WEEK: "third_visit",
        ACTIVE: "active",
        RENEWAL: "renewal",
        COLLEAGUE: "colleague",
    }
)
"""By which number of the rules a reason other than a page is weighed."""


@dataclass(frozen=True, slots=True)
class Led:
    """Calls about visits with a reason, beside all calls that were looked at."""

    name: str
    calls: int
    talks: int
    """Of them, those that became a conversation."""
    all_calls: int
    all_talks: int

    @property
    def few(self) -> bool:
        """Too few to give a share."""
        return self.calls < FEW

    @property
    def interval(self) -> Interval:
        """Where the share of conversations may lie, by 95 %."""
        return wilson(self.talks, self.calls)

    @property
    def others(self) -> int:
        """Calls about visits without the reason."""
        return self.all_calls - self.calls

    @property
    def others_talked(self) -> int:
        """Of those, the ones that became a conversation."""
        return self.all_talks - self.talks

    @property
    def lean(self) -> int:
        """1: it leads to conversations more often than the others, -1: less often, 0: nobody can tell."""
        if self.few or self.others < FEW:
            return 0
        rest = self.others_talked / self.others
        return 1 if self.interval.low > rest else -1 if self.interval.high < rest else 0

    @property
    def number(self) -> str:
        """Name the number of the rules by which it is weighed; empty: there is none."""
        is_page = self.name.startswith(PAGE)
        return OF_TOPIC + self.name.removeprefix(PAGE) if is_page else NUMBERS.get(self.name, "")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Other points for one reason."""

    led: Led
    number: str
    now: int
    new: int


def suggestions(rows: Iterable[Led], points: Mapping[str, int]) -> list[Suggestion]:
    """Say what might be changed of the points in force, by the names of the rules' numbers.

    What speaks against a call, or is worth nothing, stays as somebody wanted it.
    """
    found = []
    for row in rows:
        now = points.get(row.number, 0)
        if row.lean and now > 0:
            new = min(max(now + row.lean * max(round(now * STEP), 1), 1), ENDS[1])
            if new != now:
                found.append(Suggestion(row, row.number, now, new))
    return found
