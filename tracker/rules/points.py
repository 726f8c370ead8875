"""The points of intent that an installation may change, and the table that follows. PURE."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tracker.ingest.intent import (
    ACTIVE_MINUTES,
    ANSWERING_TOPICS,
    DEFAULT_POINTS,
    LONG_SILENCE,
    RENEWAL_NEAR,
    TOPIC_POINTS,
    WEEK_VISITS,
    Points,
)
from tracker.renewal import DEFAULT_TERMS
from tracker.rules.numbers import Number, Section, Topics, listed, values_of, whole
from tracker.rules.terms import terms_of
from tracker.rules.words import RuleName
from tracker.words import ReasonKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tracker.rules.words import StoredRules

ENDS = (-100, 100)
"""Points of one reason at least and at most: the whole score goes from 0 to 100."""
OF_TOPIC = "page."
"""Before a topic: the name of what a page of it is worth."""
OF_REASON = "answering."
"""Before a kind of loss reason: the name of the list of topics that answer it."""


def _points(name: str, label: str, hint: str) -> Number:
    return Number(name, label, getattr(DEFAULT_POINTS, name), *ENDS, "points", hint)


CIRCUMSTANCES = (
    _points("answers_reason", "Answers why they said no", "They read a page that answers the loss reason."),
    _points("on_their_own", "Came on their own", "By a search, a bookmark or a typed address."),
    _points(
        "long_silence",
        "Back after a silence",
        f"At least {LONG_SILENCE.days} days after their visit before.",
    ),
    _points("third_visit", f"{WEEK_VISITS} visits in a week", "This is at least the third of them."),
    _points("active", "Stayed a while", f"At least {ACTIVE_MINUTES} minutes with the page before them."),
    _points("renewal", "Renewal near", f"Their contract renews within {RENEWAL_NEAR.days} days."),
    _points("colleague", "A colleague came too", "Somebody else of the account, within the week."),
)
HALF_LIFE = Number(
    "half_life_days",
    "Halved every",
    DEFAULT_POINTS.half_life.days,
    1,
    365,
    "days",
    "What earlier visits of the last 30 days still add.",
)
KIND_NAMES: Mapping[ReasonKind, str] = {
    ReasonKind.PRICE: "Price",
    ReasonKind.FEATURE: "Feature",
    ReasonKind.COMPETITOR: "Competitor",
    ReasonKind.TIMING: "Timing",
    ReasonKind.NO_DECISION: "No decision",
    ReasonKind.RELATIONSHIP: "Relationship",
    ReasonKind.SUPPORT: "Support",
    ReasonKind.OTHER: "Other",
}
"""What pages call the kinds of loss reasons."""
ANSWERING = tuple(
    Topics(f"{OF_REASON}{kind}", f"Lost on {name.lower()}", tuple(sorted(ANSWERING_TOPICS.get(kind, ()))))
    for kind, name in KIND_NAMES.items()
)


def topic_rules(topics: Collection[str]) -> tuple[Number, ...]:
    """Give what pages of topics are worth: of those known from the start, then of these others."""
    others = sorted(set(topics) - set(TOPIC_POINTS) - {""})
    return tuple(
        Number(f"{OF_TOPIC}{topic}", topic.capitalize(), TOPIC_POINTS.get(topic, 0), *ENDS, "points")
        for topic in [*TOPIC_POINTS, *others]
    )


def sections(topics: Collection[str], changes: Mapping[str, object]) -> tuple[Section, ...]:
    """Give all of it in the order of the page; topics are those of the rules, and those changed once."""
    changed = {name.removeprefix(OF_TOPIC) for name in changes if name.startswith(OF_TOPIC)}
    return (
        Section("Pages", "A page about this is worth, once a visit:", topic_rules({*topics, *changed})),
        Section("Circumstances", "What else speaks for calling, or against it:", CIRCUMSTANCES),
        Section("Fading", "A visit's points fade with time.", (HALF_LIFE,)),
        Section(
            "Answers",
            "Which topics answer which reason for having said no, parted by commas. Of a missing feature,"
            " pages that name it answer, too.",
            ANSWERING,
        ),
    )


def points_of(stored: StoredRules) -> Points:
    """Give the table as it is stored."""
    points, terms = points_with(stored.of(RuleName.POINTS)), terms_of(stored)
    return points if terms is DEFAULT_TERMS else replace(points, terms=terms)


def points_with(changes: Mapping[str, object]) -> Points:
    """Give the table with some changes; one that cannot be is left out."""
    if not changes:
        return DEFAULT_POINTS
    of_topics = topic_rules([name.removeprefix(OF_TOPIC) for name in changes if name.startswith(OF_TOPIC)])
    topics = values_of(of_topics, changes)
    values = values_of((*CIRCUMSTANCES, HALF_LIFE), changes)
    answering = values_of(ANSWERING, changes)
    half_life = timedelta(days=whole(values.pop(HALF_LIFE.name)))
    return Points(
        topics={name.removeprefix(OF_TOPIC): whole(value) for name, value in topics.items()},
        answering={
            ReasonKind(name.removeprefix(OF_REASON)): listed(value)
            for name, value in answering.items()
            if value
        },
        half_life=half_life,
        terms=DEFAULT_TERMS,
        **{name: whole(value) for name, value in values.items()},
    )
