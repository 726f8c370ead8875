"""What to send somebody now, and why, in a sentence each. PURE: from what is known of them, and the library.

Nothing is invented: what fits no goal, no interest, no reason for having said no and nothing that was sent
before is not suggested, and what is missing in the library is named instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from alerts.plain import plain
from alerts.words import ContentKind
from tracker.ingest.intent import ANSWERING_TOPICS, PageRead, names
from tracker.words import FindingSource, GoalKind, ReasonKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

MOST = 3
"""Suggestions at a time: more are not read."""
PAUSE = timedelta(days=14)
"""So long after something was sent nothing is suggested, unless they asked: more reads as a campaign."""
QUOTED = 80
"""Characters of a goal, a reason or a title that a sentence quotes."""

KINDS: Mapping[ReasonKind, str] = MappingProxyType(
    {
        ReasonKind.PRICE: "price",
        ReasonKind.FEATURE: "a missing feature",
        ReasonKind.COMPETITOR: "a competitor",
        ReasonKind.TIMING: "the timing",
        ReasonKind.NO_DECISION: "no decision",
        ReasonKind.RELATIONSHIP: "the relationship",
        ReasonKind.SUPPORT: "support",
        ReasonKind.OTHER: "something else",
    }
)
"""What sentences call the kinds of reasons."""
TALKS: Mapping[FindingSource, str] = MappingProxyType(
    {FindingSource.INTERVIEW: "in an interview", FindingSource.POST_MORTEM: "in a talk"}
)


@dataclass(frozen=True, slots=True)
class Item:
    """Something that can be sent."""

    id: int
    title: str
    url: str
    kind: ContentKind
    topics: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A goal or an interest that is still theirs."""

    kind: GoalKind
    text: str
    topic: str
    """Empty: it is about nothing that content has."""


@dataclass(frozen=True, slots=True)
class SaidNo:
    """A reason for which they did not buy."""

    kind: ReasonKind | None
    text: str = ""
    source: FindingSource | None = None
    """In which talk they said so; None: the CRM does."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that they were sent."""

    content_id: int
    title: str
    topics: frozenset[str]
    at: datetime
    """UTC."""


@dataclass(frozen=True, slots=True)
class Known:
    """All that suggestions go by; reasons and what was sent newest first."""

    wants: tuple[Wanted, ...] = ()
    reasons: tuple[SaidNo, ...] = ()
    sent: tuple[Sent, ...] = ()


class Fit(IntEnum):
    """Why something fits, the best first."""

    GOAL = 0
    ANSWERS = 1
    INTEREST = 2
    FOLLOWS = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to send, and the sentence that says why."""

    item: Item
    fit: Fit
    why: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """What to send now."""

    now: tuple[Suggestion, ...]
    """At most `MOST`; helpful things before those about the product."""
    rests_until: datetime | None
    """They were sent something lately: nothing is suggested before then (UTC), unless they asked."""
    lacking: tuple[str, ...]
    """Topics that would fit them, and nothing that they were not sent yet is about."""


def suggest(
    items: Iterable[Item],
    known: Known,
    now: datetime,
    answering: Mapping[ReasonKind, frozenset[str]] = ANSWERING_TOPICS,
    *,
    asked: bool = False,
) -> Suggested:
    """Choose what to send, as of `now` (UTC); `asked`: they want more, however lately something was sent."""
    had = {one.content_id for one in known.sent}
    new = [item for item in items if item.id not in had]
    rests_until = max((one.at + PAUSE for one in known.sent), default=now)
    rests = rests_until > now
    fitting = [] if rests and not asked else [
        found for item in new if (found := why(item, known, now, answering)) is not None
    ]  # fmt: skip
    fitting.sort(key=lambda one: (one.item.kind is ContentKind.PRODUCT, one.fit, -one.item.id))
    there = frozenset().union(*(item.topics for item in new))
    return Suggested(
        now=tuple(fitting[:MOST]),
        rests_until=rests_until if rests else None,
        lacking=tuple(topic for topic in _would_fit(known, answering) if topic not in there),
    )


def why(
    item: Item,
    known: Known,
    now: datetime,
    answering: Mapping[ReasonKind, frozenset[str]] = ANSWERING_TOPICS,
) -> Suggestion | None:
    """Say why something fits somebody, by its best reason; None: it does not."""
    found = min(_reasons(item, known, now, answering), key=lambda one: one[0], default=None)
    return None if found is None else Suggestion(item, *found)


def names_reason(item: Item, reason: str) -> bool:
    """Whether an item's title, topics or address name what a missing feature was about."""
    page = PageRead("", item.url, " ".join((item.title, *sorted(item.topics))))
    return names(reason, (page,))


def _reasons(
    item: Item, known: Known, now: datetime, answering: Mapping[ReasonKind, frozenset[str]]
) -> Iterator[tuple[Fit, str]]:
    for want in known.wants:
        if want.topic in item.topics:
            fit = Fit.GOAL if want.kind is GoalKind.GOAL else Fit.INTEREST
            yield fit, f"Fits their {want.kind}: {quoted(want.text)}"
    for said in known.reasons:
        if _answers(item, said, answering):
            yield Fit.ANSWERS, f"Answers why they said no: {reason_in_words(said)}"
    for sent in known.sent:
        if sent.content_id != item.id and sent.topics & item.topics:
            yield Fit.FOLLOWS, f"Builds on {quoted(sent.title)[:-1]}, sent in {_month(sent.at, now)}."


def _answers(item: Item, said: SaidNo, answering: Mapping[ReasonKind, frozenset[str]]) -> bool:
    if said.kind is None:
        return False
    if item.topics & answering.get(said.kind, frozenset()):
        return True
    return said.kind is ReasonKind.FEATURE and names_reason(item, said.text)


def reason_in_words(said: SaidNo) -> str:
    """Write why they said no, and who tells it."""
    words = KINDS[said.kind] if said.kind else "for a reason"
    told = plain(said.text, QUOTED)
    if told and told.casefold() != words:
        words = f"{words} (“{told}”)"
    return f"{words}, as they said {TALKS[said.source]}." if said.source else f"{words}, says the CRM."


def quoted(text: str) -> str:
    """Quote a text within a sentence, and end it."""
    return f"“{plain(text, QUOTED).rstrip('.')}”."


def _month(at: datetime, now: datetime) -> str:
    return f"{at:%B}" if at.year == now.year else f"{at:%B %Y}"


def _would_fit(known: Known, answering: Mapping[ReasonKind, frozenset[str]]) -> Iterator[str]:
    """Give the topics that would fit, each once: their goals' first."""
    goals_first = sorted(known.wants, key=lambda one: one.kind is not GoalKind.GOAL)
    topics = [want.topic for want in goals_first if want.topic]
    for said in known.reasons:
        if said.kind is not None:
            topics += sorted(answering.get(said.kind, ()))
    yield from dict.fromkeys(topics)
