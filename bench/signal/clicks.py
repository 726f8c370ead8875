"""What is replayed: clicks of mail gateways, and of people who must not be taken for one. PURE.

A replay, and a synthetic one: of a published study's 836 bursts two figures of their delays are known, and
that all links of a mail were opened within a second. The rest is the hard case: a gateway that runs a whole
browser, presses a button on every page after a person's time, and comes from another address each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address
from itertools import count
from math import exp, log
from random import Random
from statistics import NormalDist
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

BURSTS = 836
MEDIAN_S = 43
LATE_S, LATE_SHARE = 60, 0.31
"""After a minute come 31 % of the bursts."""
LANDINGS = ("/contact", "/pricing", "/features/sso")
"""An alert about the first waits for nothing."""
WITHIN_S = 1.0
"""All links of a mail."""
ACTS_AFTER_S = 6.0
"""From the opening of a page to the report of the gesture that confirms: it takes five seconds in view."""
FIRST_ADDRESS = IPv4Address("198.18.0.1")
"""Of the network that is kept for benchmarks."""
APART_S, SLOWLY_APART_S = 4.0, 270.0
"""Between two mails that one gateway opens."""
SECOND_LINK_S = 1.5
"""A person opens a mail's second link so long after its first, or later."""
MAJORS = range(140, 146)
"""Of the Chromes that come."""


class Kind(StrEnum):
    """Who clicks."""

    LINKS = "one mail's three links within a second"
    COMPANIES = "three companies' mails within seconds"
    SLOW_COMPANIES = "three companies' mails within nine minutes"
    FEW_LINKS = "one mail's only two links within a second"
    OFFICE = "an office of five behind one address, one browser version"
    TWO_LINKS = "a person who opens two links"
    ONE_LINK_OFTEN = "a person who opens one link three times"
    SHARED_ADDRESS = "three companies behind one address, other browser versions"


GATEWAYS = frozenset({Kind.LINKS, Kind.COMPANIES, Kind.SLOW_COMPANIES, Kind.FEW_LINKS})
PEOPLE_OF = {Kind.COMPANIES: 3, Kind.SLOW_COMPANIES: 3, Kind.OFFICE: 5, Kind.SHARED_ADDRESS: 3}
"""People in one case; else one."""


@dataclass(frozen=True, slots=True)
class Browser:
    """One browser's context."""

    number: int
    address: str
    major: int
    """Version of Chrome."""


@dataclass(frozen=True, slots=True)
class Click:
    """A link that is opened; the page is used `ACTS_AFTER_S` later."""

    at_s: float
    """After the mailing went out."""
    browser: Browser
    person: int
    """Of the case, counted from 0."""
    path: str


@dataclass(frozen=True, slots=True)
class Case:
    """Clicks that belong together, and whose they are."""

    kind: Kind
    clicks: tuple[Click, ...]

    @property
    def people(self) -> int:
        """How many people's links are opened."""
        return PEOPLE_OF.get(self.kind, 1)


def delays(number: int = BURSTS) -> list[float]:
    """Give so many delays in seconds, shortest first: log-normal, through the two figures that are known."""
    middle = log(MEDIAN_S)
    spread = (log(LATE_S) - middle) / NormalDist().inv_cdf(1 - LATE_SHARE)
    curve = NormalDist(middle, spread)
    return [exp(curve.inv_cdf((place + 0.5) / number)) for place in range(number)]


_Part: TypeAlias = tuple[Browser, int, str, float]
"""Whose browser, which of the case's people, what is opened, and how long after the first."""


@dataclass(slots=True)
class Writer:
    """Writes cases; every browser has a number, and an address of its own unless told otherwise."""

    random: Random
    _browsers: Iterator[int]
    _addresses: Iterator[int]

    @classmethod
    def seeded(cls, seed: int) -> Writer:
        """Begin; the same seed writes the same cases."""
        return cls(Random(seed), count(1), count())  # noqa: S311  (a replay, no secret)

    def replay(self, bursts: int, each: int) -> list[Case]:
        """Write so many bursts of one mail's links, and of every other kind `each` cases."""
        cases = [self.case(Kind.LINKS, delay) for delay in delays(bursts)]
        others = [kind for kind in Kind if kind is not Kind.LINKS]
        cases += [self.case(kind, delay) for kind in others for delay in delays(each)]
        return cases

    def case(self, kind: Kind, begins_s: float) -> Case:
        """Write one."""
        parts = (self._of_gateways if kind in GATEWAYS else self._of_people)(kind)
        clicks = (
            Click(begins_s + after_s, browser, person, path) for browser, person, path, after_s in parts
        )
        return Case(kind, tuple(clicks))

    def _of_gateways(self, kind: Kind) -> list[_Part]:
        if kind in (Kind.LINKS, Kind.FEW_LINKS):
            paths = LANDINGS if kind is Kind.LINKS else LANDINGS[:2]
            return [(self.browser(), 0, path, self._soon(WITHIN_S)) for path in paths]
        apart_s = APART_S if kind is Kind.COMPANIES else SLOWLY_APART_S
        return [(each, place, "/pricing", place * apart_s) for place, each in enumerate(self._alike(3))]

    def _of_people(self, kind: Kind) -> list[_Part]:
        if kind is Kind.OFFICE:
            return [(each, place, "/pricing", self._soon(60)) for place, each in enumerate(self._alike(5))]
        own = self.browser()
        if kind is Kind.TWO_LINKS:
            return [(own, 0, "/pricing", 0.0), (own, 0, "/features/sso", SECOND_LINK_S + self._soon(6))]
        if kind is Kind.ONE_LINK_OFTEN:
            return [(own, 0, "/pricing", again_s) for again_s in (0.0, 2.0, 4.0)]
        different = [self.browser(own.address, major) for major in MAJORS[:3]]
        return [(each, place, "/pricing", self._soon(60)) for place, each in enumerate(different)]

    def _alike(self, number: int) -> list[Browser]:
        """Open fresh ones that have address and version in common."""
        first = self.browser()
        return [first, *(self.browser(first.address, first.major) for _ in range(number - 1))]

    def browser(self, address: str = "", major: int = 0) -> Browser:
        """Open a fresh one."""
        own = str(FIRST_ADDRESS + next(self._addresses))
        return Browser(next(self._browsers), address or own, major or self.random.choice(MAJORS))

    def _soon(self, within_s: float) -> float:
        return self.random.uniform(0, within_s)
