"""What visitors read and what shows of them: pages in their order, with the evidence of each. PURE.

Walks are made once and used by many: a hundred thousand people do not read in a million different ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from tracker.ingest.intent import PageRead
from tracker.ingest.screen import CONFIRM_GESTURE_MS, CONFIRM_VISIBLE_MS, PageEvidence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

SEARCH = "https://search.example"
"""Where they come from who came on their own and said so."""
BETWEEN_MS = (300, 4_000)
"""From the end of one page to the beginning of the next."""
MOST_PAGES = 24
LONGEST = timedelta(minutes=45)


class Manner(StrEnum):
    """What a visitor lets one see of being a person."""

    PERSON = "person"
    WANDERER = "wanderer"
    """Moves, but never presses anything."""
    GLANCE = "glance"
    HASTY = "hasty"
    """The first tap comes sooner than anybody reads."""
    SCANNER = "scanner"


@dataclass(frozen=True, slots=True)
class MadeSite:
    """A site to be."""

    name: str
    origin: str


SITES = (
    MadeSite("Northwind", "https://www.northwind.example"),
    MadeSite("Northwind documentation", "https://docs.northwind.example"),
    MadeSite("Northwind help", "https://help.northwind.example"),
)


@dataclass(frozen=True, slots=True)
class Theme:
    """What somebody came for: pages of one site, by path and title."""

    site: int
    """Its place among `SITES`."""
    weight: int
    """How often, beside the others."""
    pages: tuple[tuple[str, str], ...]


THEMES = (
    Theme(
        0,
        30,
        (
            ("/blog/the-monday-test", "The Monday test"),
            ("/blog/why-plans-fail", "Why plans fail"),
            ("/blog/a-calmer-roll-out", "A calmer roll-out"),
            ("/blog/fewer-meetings", "Fewer meetings"),
            ("/", "Northwind: project plans that survive Monday"),
            ("/about", "About us"),
        ),
    ),
    Theme(
        0,
        18,
        (
            ("/", "Northwind: project plans that survive Monday"),
            ("/features/planning", "Planning"),
            ("/features/sso", "Single sign-on"),
            ("/features/audit-log", "Audit log"),
            ("/features/reporting", "Reporting"),
            ("/integrations/payroll", "Payroll"),
        ),
    ),
    Theme(
        0,
        13,
        (
            ("/", "Northwind: project plans that survive Monday"),
            ("/pricing", "Pricing"),
            ("/pricing/enterprise", "Enterprise pricing"),
            ("/features/planning", "Planning"),
        ),
    ),
    Theme(
        0,
        5,
        (
            ("/compare/acme", "Northwind and Acme compared"),
            ("/compare/planwise", "Northwind and Planwise compared"),
            ("/pricing", "Pricing"),
            ("/security", "Security"),
        ),
    ),
    Theme(
        0,
        8,
        (
            ("/customers/harbour-lane", "Harbour Lane's story"),
            ("/customers/oakfield", "Oakfield's story"),
            ("/about", "About us"),
        ),
    ),
    Theme(0, 4, (("/changelog", "What is new"), ("/roadmap", "What comes next"), ("/", "Northwind"))),
    Theme(0, 3, (("/demo", "Book a demo"), ("/contact", "Contact"), ("/about", "About us"))),
    Theme(0, 3, (("/careers", "Careers"), ("/careers/designer", "Designer"), ("/about", "About us"))),
    Theme(
        1,
        11,
        (
            ("/docs", "Documentation"),
            ("/docs/getting-started", "Getting started"),
            ("/docs/single-sign-on", "Single sign-on, step by step"),
            ("/docs/import", "Importing a plan"),
            ("/api/reference", "API reference"),
        ),
    ),
    Theme(
        2,
        5,
        (
            ("/help", "Help"),
            ("/help/roll-out", "A roll-out in four weeks"),
            ("/help/permissions", "Permissions"),
            ("/support", "Support"),
        ),
    ),
)


class PageSeen(NamedTuple):
    """One page of a walk: when it was opened, what it is, and what showed on it; milliseconds."""

    begins: timedelta
    begins_ms: int
    url: str
    title: str
    referrer: str
    topic: str
    visible_ms: int
    first_gesture_ms: int | None
    last_gesture_ms: int | None
    bursts: int
    driver: bool


@dataclass(frozen=True, slots=True)
class Walk:
    """A visit's pages, and what follows from them at once."""

    site: int
    """The place of its site among `SITES`."""
    manner: Manner
    pages: tuple[PageSeen, ...]
    length: timedelta
    """From the first page to the last sign."""
    told_after: timedelta
    """When it showed first what it is."""
    shown: tuple[PageEvidence, ...]
    read: tuple[PageRead, ...]
    topics: frozenset[str]


class Walks:
    """Makes walks, and keeps some of each manner to pick from."""

    def __init__(self, random: Random, topic_of: Callable[[int, str], str]) -> None:
        """Take what gives a page's topic, from its site's place among `SITES` and its address."""
        self._random = random
        self._topic_of = topic_of
        self._kept: dict[Manner, list[Walk]] = {}

    def keep(self, number: int) -> None:
        """Make so many of each manner."""
        self._kept = {manner: [self.make(manner) for _ in range(number)] for manner in Manner}

    def pick(self, manner: Manner) -> Walk:
        """Give one that was kept."""
        return self._random.choice(self._kept[manner])

    def make(self, manner: Manner, within: timedelta = LONGEST) -> Walk:
        """Make a new one that is not longer than that, but for its first page."""
        random = self._random
        theme = random.choices(THEMES, [one.weight for one in THEMES])[0]
        site = theme.site
        pages: list[PageSeen] = []
        begins, referrer = timedelta(0), ""
        for _ in range(self._length(manner)):
            path, title = random.choice(theme.pages)
            page = self._page(manner, begins, site, path, title, referrer)
            ends = begins + timedelta(milliseconds=page.visible_ms)
            if pages and ends > within:
                break
            pages.append(page)
            begins = ends + timedelta(milliseconds=random.randint(*BETWEEN_MS))
            referrer = SITES[site].origin
        return _walk(site, manner, pages)

    def _length(self, manner: Manner) -> int:
        """Say of how many pages: skewed, for a person six or seven on average."""
        random = self._random
        if manner is Manner.PERSON:
            return min(MOST_PAGES, max(1, round(random.lognormvariate(1.6, 0.85))))
        if manner is Manner.WANDERER:
            return min(MOST_PAGES, 1 + round(random.lognormvariate(0.9, 0.7)))
        return random.choice((1, 1, 1, 2))

    def _page(
        self, manner: Manner, begins: timedelta, site: int, path: str, title: str, referrer: str
    ) -> PageSeen:
        url = SITES[site].origin + path
        visible, first, last, bursts = self._evidence(manner)
        topic = self._topic_of(site, url)
        begins_ms = begins // timedelta(milliseconds=1)
        return PageSeen(
            begins, begins_ms, url, title, referrer, topic, visible, first, last, bursts, driver=False
        )

    def _evidence(self, manner: Manner) -> tuple[int, int | None, int | None, int]:
        """Give what shows of one page: visible time, first and last gesture (milliseconds), bursts."""
        random = self._random
        if manner is Manner.SCANNER:
            return random.randint(40, 1_200), None, None, 0
        if manner is Manner.GLANCE:
            return random.randint(900, 4_500), None, None, random.choice((0, 0, 1))
        visible = min(600_000, 6_000 + round(random.lognormvariate(10.1, 0.9)))
        if manner is Manner.WANDERER:
            return visible + 10_000, None, None, random.randint(2, 6)
        first = random.randint(60, 400) if manner is Manner.HASTY else random.randint(1_600, 5_500)
        return visible, first, min(visible, first + random.randint(0, 40_000)), random.randint(1, 8)


def _walk(site: int, manner: Manner, pages: Sequence[PageSeen]) -> Walk:
    last = pages[-1]
    told = timedelta(milliseconds=900)
    if manner is Manner.PERSON:
        gesture = max(pages[0].first_gesture_ms or 0, CONFIRM_GESTURE_MS)
        told = timedelta(milliseconds=max(gesture, CONFIRM_VISIBLE_MS))
    return Walk(
        site=site,
        manner=manner,
        pages=tuple(pages),
        length=last.begins + timedelta(milliseconds=last.visible_ms),
        told_after=told,
        shown=tuple(
            PageEvidence(one.visible_ms, one.first_gesture_ms, one.last_gesture_ms, one.bursts, one.driver)
            for one in pages
        ),
        read=tuple(PageRead(one.topic, one.url, one.title, one.visible_ms) for one in pages),
        topics=frozenset(one.topic for one in pages),
    )
