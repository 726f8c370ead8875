"""How much does this visit mean? PURE: from what was read and what is known follows a score, 0 to 100.

Every number stands in the tables below, every reason is a sentence with its points. A visit's own
points add to what is left of the prospect's earlier visits, halved every `HALF_LIFE`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from tracker.renewal import DEFAULT_TERMS
from tracker.words import ReasonKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tracker.renewal import Terms

WINDOW = timedelta(days=30)
"""Earlier visits count for so long."""
HALF_LIFE = timedelta(days=14)
FULL_SCORE = 100

TOPIC_POINTS: Mapping[str, int] = MappingProxyType(
    {
        "pricing": 30,
        "demo": 35,
        "contact": 35,
        "comparison": 25,
        "case study": 15,
        "feature": 12,
        "docs": 10,
        "security": 10,
        "integrations": 10,
        "changelog": 8,
        "support": 5,
        "blog": 2,
        "careers": -25,
    }
)
"""What a page's topic is worth, once a visit."""

HIGH_INTENT_TOPICS = frozenset({"pricing", "demo", "contact", "comparison"})
"""Pages that are read before buying."""
AT_ONCE_TOPICS = frozenset({"demo", "contact"})
"""Pages on which somebody is about to act: nothing is gained by waiting."""

ANSWERING_TOPICS: Mapping[ReasonKind, frozenset[str]] = MappingProxyType(
    {
        ReasonKind.PRICE: frozenset({"pricing"}),
        ReasonKind.FEATURE: frozenset({"changelog", "integrations"}),
        ReasonKind.COMPETITOR: frozenset({"comparison"}),
        ReasonKind.SUPPORT: frozenset({"support"}),
        ReasonKind.TIMING: frozenset({"pricing", "demo"}),
        ReasonKind.NO_DECISION: frozenset({"case study", "demo"}),
        ReasonKind.RELATIONSHIP: frozenset({"contact"}),
    }
)
"""Which pages answer which reason for having said no."""

ANSWERS_REASON = 25
LONG_SILENCE = timedelta(days=60)
LONG_SILENCE_POINTS = 15
THIRD_VISIT_POINTS = 15
WEEK_VISITS = 3
ON_THEIR_OWN_POINTS = 10
ACTIVE_MINUTES = 2
ACTIVE_POINTS = 10
RENEWAL_NEAR = timedelta(days=120)
RENEWAL_POINTS = 20
COLLEAGUE_POINTS = 15
PAGE = "page: "
"""Before a topic: the name of the reason that a page of it was read."""
ANSWERS = "answers the loss reason"
ACTIVE, ON_THEIR_OWN, SILENCE = "active time", "on their own", "long silence"
THIS_WEEK, RENEWAL, COLLEAGUE = "visits this week", "renewal near", "colleague active"
EARLIER = "earlier visits"
"""The names of the other reasons, by which they are stored."""
MIN_WORD = 3
"""Letters a word of a loss reason must have to be looked for in a page's address."""

_WORD = re.compile(r"[^\W_]+")
_PLAIN_WORDS = frozenset(
    _WORD.findall(
        "the and for not was were with too our has had their they them from than more less lack lacks missing"
        " need needs needed want wanted feature features product products page home about company team teams"
        " platform software solution solutions customer customers price prices pricing plan plans site"
    )
)
"""Words that stand in any reason and any page's address: sharing one means nothing."""


class Tier(StrEnum):
    """Steps of intent; an account is alerted again within a day only when it rises one."""

    COLD = "cold"
    WARM = "warm"
    HOT = "hot"
    BURNING = "burning"


TIERS: Mapping[Tier, int] = MappingProxyType({Tier.BURNING: 80, Tier.HOT: 55, Tier.WARM: 30, Tier.COLD: 0})
"""The least score of each tier, highest first."""


@dataclass(frozen=True, slots=True)
class Points:
    """The tables as an installation has them; by default those above."""

    topics: Mapping[str, int] = field(default_factory=lambda: TOPIC_POINTS)
    answering: Mapping[ReasonKind, frozenset[str]] = field(default_factory=lambda: ANSWERING_TOPICS)
    answers_reason: int = ANSWERS_REASON
    long_silence: int = LONG_SILENCE_POINTS
    third_visit: int = THIRD_VISIT_POINTS
    on_their_own: int = ON_THEIR_OWN_POINTS
    active: int = ACTIVE_POINTS
    renewal: int = RENEWAL_POINTS
    colleague: int = COLLEAGUE_POINTS
    half_life: timedelta = HALF_LIFE
    terms: Terms = DEFAULT_TERMS
    """By which a renewal is assumed."""


DEFAULT_POINTS = Points()


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page of this visit: its topic, address and title, and how long it was visible."""

    topic: str
    url: str = ""
    title: str = ""
    visible_ms: int = 0


@dataclass(frozen=True, slots=True)
class EarlierVisit:
    """Points of a visit before this one, and how long ago it was."""

    points: int
    ago: timedelta


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that intent is judged by."""

    pages: tuple[PageRead, ...]
    by_link: bool
    earlier: tuple[EarlierVisit, ...] = ()
    """Of the same prospect, people's visits only, latest first."""
    reason_kind: ReasonKind | None = None
    reason_text: str = ""
    renewal_in: timedelta | None = None
    renewal_assumed: bool = False
    """Nobody said when it renews."""
    colleague_active: bool = False
    """Somebody else of the account visited within the last week."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One named reason, its points, and a sentence for the rep."""

    name: str
    points: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Intent:
    """A visit's own points, the prospect's score as of now, and the reasons."""

    points: int
    score: int
    reasons: tuple[Reason, ...]
    answers_reason: bool


def score(facts: Facts, table: Points = DEFAULT_POINTS) -> Intent:
    """Judge one visit. The score is never below 0 nor above 100."""
    answer = _answer(facts, table)
    reasons = [*_page_reasons(facts, table), *answer, *_circumstances(facts, table)]
    points = own_points(reason.points for reason in reasons)
    carried = carry(facts.earlier, points, table.half_life)
    if carried:
        reasons.append(Reason(EARLIER, carried, "Earlier visits in the last 30 days"))
    return Intent(
        points=points,
        score=points + carried,
        reasons=tuple(sorted(reasons, key=lambda reason: -reason.points)),
        answers_reason=bool(answer),
    )


def own_points(points: Iterable[int]) -> int:
    """Add up what a visit brings by itself."""
    return max(0, min(FULL_SCORE, sum(points)))


def carry(earlier: Iterable[EarlierVisit], points: int, half_life: timedelta = HALF_LIFE) -> int:
    """Give what earlier visits add to a visit's own points: never more than there is room for."""
    left = sum(
        visit.points * math.pow(0.5, visit.ago / half_life) for visit in earlier if visit.ago <= WINDOW
    )
    return min(round(left), FULL_SCORE - points)


def names(reason: str, pages: Iterable[PageRead]) -> bool:
    """Whether one of these pages names what a loss reason is about."""
    return any(_shared_word(reason, page) for page in pages)


def telling_words(text: str) -> frozenset[str]:
    """Give the words of a loss reason that say what it is about, in small letters."""
    return frozenset(word for word in _WORD.findall(text.lower()) if len(word) >= MIN_WORD) - _PLAIN_WORDS


def tier_of(value: int, tiers: Mapping[Tier, int] = TIERS) -> Tier:
    """Give the tier that a score reaches; `tiers` holds the least score of each, highest first."""
    return next(tier for tier, least in tiers.items() if value >= least)


def _page_reasons(facts: Facts, table: Points) -> list[Reason]:
    topics = dict.fromkeys(page.topic for page in facts.pages)
    reasons = [
        Reason(f"{PAGE}{topic}", table.topics[topic], f"Read a page about {topic}")
        for topic in topics
        if topic in table.topics
    ]
    minutes = sum(page.visible_ms for page in facts.pages) / 60_000
    if minutes >= ACTIVE_MINUTES:
        reasons.append(Reason(ACTIVE, table.active, f"Stayed for {int(minutes)} minutes"))
    return reasons


def _answer(facts: Facts, table: Points) -> list[Reason]:
    """Find a page that speaks to why they said no: by its topic, or by a word of the reason."""
    if facts.reason_kind is None:
        return []
    topics = table.answering.get(facts.reason_kind, frozenset())
    for page in facts.pages:
        if page.topic in topics:
            subject = page.topic
        elif facts.reason_kind is ReasonKind.FEATURE and (word := _shared_word(facts.reason_text, page)):
            subject = word.upper() if len(word) <= MIN_WORD else word
        else:
            continue
        kind = facts.reason_kind.value.replace("_", " ")
        return [Reason(ANSWERS, table.answers_reason, f"Lost on {kind}, and read about {subject}")]
    return []


def _shared_word(reason: str, page: PageRead) -> str:
    """Find a telling word of the reason in a page's path or title; the site's own name tells nothing."""
    host, _, path = page.url.partition("://")[2].partition("/")
    seen = (
        set(_WORD.findall(f"{path} {page.title}".lower())) - _PLAIN_WORDS - set(_WORD.findall(host.lower()))
    )
    words = (word for word in _WORD.findall(reason.lower()) if len(word) >= MIN_WORD)
    return next((word for word in words if word in seen), "")


def _circumstances(facts: Facts, table: Points) -> list[Reason]:
    reasons = []
    if not facts.by_link:
        reasons.append(Reason(ON_THEIR_OWN, table.on_their_own, "Came on their own, not by a mailing"))
    if facts.earlier and facts.earlier[0].ago >= LONG_SILENCE:
        days = facts.earlier[0].ago.days
        reasons.append(Reason(SILENCE, table.long_silence, f"First visit after {days} days of silence"))
    week = 1 + sum(visit.ago <= timedelta(days=7) for visit in facts.earlier)
    if week >= WEEK_VISITS:
        reasons.append(Reason(THIS_WEEK, table.third_visit, f"Visit number {week} within a week"))
    if facts.renewal_in is not None and timedelta(0) <= facts.renewal_in <= RENEWAL_NEAR:
        guess = " (assumed)" if facts.renewal_assumed else ""
        reasons.append(Reason(RENEWAL, table.renewal, f"Their present contract renews soon{guess}"))
    if facts.colleague_active:
        reasons.append(Reason(COLLEAGUE, table.colleague, "A colleague visited this week too"))
    return reasons
