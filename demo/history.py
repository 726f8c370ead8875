"""A year of visits to Northwind's site: who came when, by what, what they read, and what showed of them.

PURE and repeatable: the same seed gives the same year, moved to end before `now`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from demo.company import DANA, people

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from demo.company import Person

T = TypeVar("T")

SEED = 26
YEAR_DAYS = 350
"""Shorter than a token lives."""
QUIET_DAYS = 2
"""Nobody came in the last days, so that today's alert meets no cooldown."""
COLLEAGUE = "Tom Whitfield"
COLLEAGUE_DAYS_AGO = 3

CAMPAIGNS = (("autumn-letter", 330), ("year-end", 235), ("plans-that-hold", 150), ("sso-for-all", 70))
"""Label, and how many days ago it was sent; the last before a visit is what brought them."""
SPRING = "spring-26"
"""The campaign whose mail waits in Dana's mailbox."""

BROWSERS = (
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
        " Chrome/145.0.0.0 Safari/537.36"
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
        " Version/19.1 Safari/605.1.15"
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
        " Version/19.1 Mobile/15E148 Safari/604.1"
    ),
    "Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0",
)
SCANNER = "Mozilla/5.0 (compatible; LinkCheck/2.1; +https://scanner.example/bot)"

PATHS = (
    (("/pricing",), 5),
    (("/features/sso", "/pricing"), 5),
    (("/compare/acme", "/pricing"), 4),
    (("/", "/features/planning"), 6),
    (("/blog/the-monday-test",), 5),
    (("/customers/harbour-lane", "/pricing"), 3),
    (("/docs", "/features/sso"), 3),
    (("/pricing", "/demo"), 2),
    (("/careers",), 2),
    (("/contact",), 1),
)
"""What people read together, and how often that happens."""

TITLES: Mapping[str, str] = {
    "/": "Northwind: project plans that survive Monday",
    "/pricing": "Pricing",
    "/features/sso": "Single sign-on",
    "/features/planning": "Planning",
    "/compare/acme": "Northwind and Acme compared",
    "/customers/harbour-lane": "Harbour Lane's story",
    "/docs": "Documentation",
    "/demo": "Book a demo",
    "/contact": "Contact",
    "/careers": "Careers",
    "/blog/the-monday-test": "The Monday test",
}


class Showing(StrEnum):
    """What a visitor lets one see of being a person."""

    PERSON = "person"
    WANDERER = "wanderer"
    """Moves, but never presses anything."""
    GLANCE = "glance"
    SCANNER = "scanner"


SHOWING = ((Showing.PERSON, 14), (Showing.WANDERER, 3), (Showing.GLANCE, 3), (Showing.SCANNER, 1))


@dataclass(frozen=True, slots=True)
class PastPage:
    """A page they read, and the evidence of it; milliseconds."""

    hit_id: str
    path: str
    visible_ms: int
    first_gesture_ms: int | None
    last_gesture_ms: int | None
    bursts: int


@dataclass(frozen=True, slots=True)
class PastVisit:
    """One visit, ending at `at` (UTC)."""

    at: datetime
    email: str
    campaign: str
    """Empty: they came on their own, in a browser known by then."""
    user_agent: str
    address: str
    pages: tuple[PastPage, ...]

    @property
    def length(self) -> timedelta:
        """From the first page to the last sign."""
        return timedelta(milliseconds=sum(page.visible_ms for page in self.pages))


def visits(now: datetime) -> list[PastVisit]:
    """Give the year's visits, oldest first. Dana has not come yet; her colleague has."""
    random = Random(SEED)  # noqa: S311  (a made-up year, no secret)
    found: list[PastVisit] = []
    for place, person in enumerate(people()):
        if person.name == DANA:
            continue
        found += _of(person, f"198.51.100.{place + 1}", now, random)
    return sorted(found, key=lambda visit: visit.at)


def _of(person: Person, address: str, now: datetime, random: Random) -> list[PastVisit]:
    agent = random.choice(BROWSERS)
    days = sorted({random.randint(QUIET_DAYS + 1, YEAR_DAYS) for _ in range(random.choice((0, 2, 3, 4, 6)))})
    if person.name == COLLEAGUE:
        days = [COLLEAGUE_DAYS_AGO]
    made = []
    for number, ago in enumerate(reversed(days)):
        at = _moment(person, now - timedelta(days=ago), random)
        by_link = number == 0 or random.random() < 0.3  # noqa: PLR2004  (three in ten)
        showing = _pick(SHOWING, random) if person.name != COLLEAGUE else Showing.PERSON
        paths = _pick(PATHS, random) if person.name != COLLEAGUE else ("/", "/features/planning")
        made.append(
            PastVisit(
                at=at,
                email=person.email,
                campaign=_campaign(ago) if by_link or showing is Showing.SCANNER else "",
                user_agent=SCANNER if showing is Showing.SCANNER else agent,
                address=address,
                pages=tuple(_page(path, showing, random) for path in paths),
            )
        )
    return made


def _moment(person: Person, day: datetime, random: Random) -> datetime:
    """Pick a time in their working day."""
    local = day.astimezone(ZoneInfo(person.time_zone))
    picked = local.replace(hour=random.randint(8, 17), minute=random.randint(0, 59), second=0, microsecond=0)
    return picked.astimezone(day.tzinfo)


def _campaign(days_ago: int) -> str:
    sent = [label for label, ago in CAMPAIGNS if ago >= days_ago]
    return sent[-1] if sent else CAMPAIGNS[0][0]


def _page(path: str, showing: Showing, random: Random) -> PastPage:
    hit_id = f"{random.getrandbits(96):024x}"
    if showing in (Showing.GLANCE, Showing.SCANNER):
        return PastPage(hit_id, path, random.randint(900, 3_000), None, None, 0)
    visible = random.randint(16, 200) * 1_000
    if showing is Showing.WANDERER:
        return PastPage(hit_id, path, visible, None, None, random.randint(2, 6))
    first = random.randint(1_800, 9_000)
    return PastPage(hit_id, path, visible, first, min(visible, first + random.randint(0, 60_000)), 3)


def _pick(weighted: Sequence[tuple[T, int]], random: Random) -> T:
    return random.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]
