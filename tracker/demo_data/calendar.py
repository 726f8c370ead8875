"""When visits happen: by the hours of each country, more after a mailing, few at weekends. PURE.

Time is cut into slots of two hours, and of one person a slot has one visit at most: so their visits are half
an hour apart at least, as visits are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from random import Random

    from tracker.demo_data.world import Somebody

SLOT = timedelta(hours=2)
LATEST_START = timedelta(minutes=40)
"""After its slot began; with the longest walk of 45 minutes, half an hour remains to the next."""
QUIET_END = timedelta(minutes=50)
"""What is left of the present, where those are who are there now."""
BY_THE_HOUR = (1, 1, 1, 3, 9, 13, 12, 13, 12, 8, 6, 4)
"""From midnight on, in steps of a slot, by the visitor's own clock."""
SATURDAY, WEEKEND = 6, 0.15
AFTER_A_MAILING = (3.0, 2.0, 1.5, 1.2)
"""How many times as many come on its day, and on the days after it."""
SKEW = 0.8
"""Of a log-normal distribution: a few come again and again, most only now and then."""
NEVER_SHARE = 0.18
"""So many never come."""
MOST_A_PERSON = 25
"""Times as often as one with the usual interest."""
ATTEMPTS = 8
"""To find a free moment of somebody's, before another comes instead."""

CAMPAIGNS = (
    ("a-fresh-start", 394), ("spring-letter", 361), ("sso-is-here", 330), ("harbour-lane-story", 297),
    ("plans-that-hold", 262), ("summer-school", 231), ("back-to-work", 198), ("autumn-letter", 166),
    ("audit-log-is-here", 133), ("year-end", 99), ("new-pricing", 61), ("come-and-see", 23),
)  # fmt: skip
"""Label, and how many days ago it was sent."""
NEWEST = ("last-call", 2)


@dataclass(frozen=True, slots=True)
class Mailing:
    """A campaign that is on record."""

    id: int
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """Who comes when."""

    at: datetime
    who: int
    """Their place among the people."""


class Calendar:
    """The slots of a span of time that ends shortly before `now`."""

    def __init__(self, now: datetime, span: timedelta, mailings: Sequence[Mailing]) -> None:
        """Lay them out."""
        self._begin = (now - span).replace(minute=0, second=0, microsecond=0)
        self._number = (now - QUIET_END - LATEST_START - self._begin) // SLOT
        self._sent = [mailing.sent_at for mailing in mailings]
        self._by_offset: dict[int, list[float]] = {}

    def plan(
        self, random: Random, people: Sequence[Somebody], visits: int, quiet: Collection[int]
    ) -> Iterator[Moment]:
        """Give about so many visits, in their order; those in `quiet` (places) do not come in the last day.

        Fewer only where they have no time left for so many.
        """
        interest = list(accumulate(self._interest(random) for _ in people))
        width, last_day = len(people), self._number - timedelta(hours=26) // SLOT
        planned: set[int] = set()
        for _ in range(ATTEMPTS):
            for who in random.choices(range(width), cum_weights=interest, k=visits - len(planned)):
                slot = self._free_slot(random, people[who], who, width, planned)
                if slot is not None and not (slot >= last_day and who in quiet):
                    planned.add(slot * width + who)
        seconds = int(LATEST_START.total_seconds())
        slot_s = int(SLOT.total_seconds())
        # Drawn in order of slots, sorted by their moments within each: that is the order of all.
        for slot, whos in _by_slot(sorted(planned), width):
            starts = sorted((random.randrange(seconds * 1000), who) for who in whos)
            for start_ms, who in starts:
                yield Moment(self._begin + timedelta(seconds=slot * slot_s, milliseconds=start_ms), who)

    def _interest(self, random: Random) -> float:
        if random.random() < NEVER_SHARE:
            return 0.0
        return min(float(MOST_A_PERSON), random.lognormvariate(0, SKEW))

    def _free_slot(
        self, random: Random, somebody: Somebody, who: int, width: int, planned: Collection[int]
    ) -> int | None:
        weights = self._weights(somebody.offset)
        first = max(0, (somebody.since - self._begin) // SLOT + 1)
        if first >= self._number:
            return None
        for _ in range(ATTEMPTS):
            slot = random.choices(self._slots(), cum_weights=weights)[0]
            if slot < first:
                slot = first + slot % (self._number - first)
            if slot * width + who not in planned:
                return slot
        return None

    def _slots(self) -> range:
        return range(self._number)

    def _weights(self, offset: int) -> list[float]:
        if offset not in self._by_offset:
            self._by_offset[offset] = list(accumulate(self._weight(slot, offset) for slot in self._slots()))
        return self._by_offset[offset]

    def _weight(self, slot: int, offset: int) -> float:
        at = self._begin + slot * SLOT
        local = at + timedelta(hours=offset)
        weight = BY_THE_HOUR[local.hour // 2] * (WEEKEND if local.isoweekday() >= SATURDAY else 1.0)
        for sent_at in self._sent:
            days = (at - sent_at) // timedelta(days=1)
            if 0 <= days < len(AFTER_A_MAILING):
                weight *= AFTER_A_MAILING[days]
        return weight


def _by_slot(planned: Sequence[int], width: int) -> Iterator[tuple[int, list[int]]]:
    slot = -1
    whos: list[int] = []
    for one in planned:
        this, who = divmod(one, width)
        if this != slot:
            if whos:
                yield slot, whos
            slot, whos = this, []
        whos.append(who)
    if whos:
        yield slot, whos
