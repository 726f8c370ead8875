"""Who complained about what: reasons, competitors and what was missing, by company. PURE.

A voice is a company, however many deals and people of it say the same: three of one house are not three.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from alerts.plain import shorten
from alerts.review.labels import reason_words
from tracker.ingest.intent import MIN_WORD, telling_words
from tracker.words import FindingKind, ReasonKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from alerts.review.rows import Loss, Said

Heard: TypeAlias = "tuple[About, str, str]"
"""What a complaint is about, by which key it is known, and how it was said."""
SAMPLES = 3
"""Wordings that are quoted."""
SAMPLE_LENGTH = 120
NAME_LENGTH = 60


class About(StrEnum):
    """What a complaint is about."""

    REASON = "reason"
    COMPETITOR = "competitor"
    MISSING = "missing"
    """What of the product was missed: words of reasons of that kind, as they were said."""


ORDER = {about: place for place, about in enumerate(About)}


@dataclass(frozen=True, slots=True)
class Complaint:
    """What several may have said, of losses within twelve months."""

    about: About
    name: str
    companies: frozenset[tuple[str, int]]
    people: frozenset[int]
    """Different prospects who said it, or in whose deal the CRM says it."""
    month: int
    """Deals lost in the month, where the CRM says it."""
    deals: int
    """Deals of all twelve months, where the CRM says it."""
    value: Mapping[str, int]
    """Of those, in hundredths, by currency."""
    in_talks: int
    """Companies that said it in an interview or a post-mortem, whatever the CRM says."""
    samples: tuple[str, ...] = ()
    """How it was said, the most frequent wording first."""


@dataclass(slots=True)
class _Heard:
    """What is heard of one complaint while deals are read."""

    companies: set[tuple[str, int]] = field(default_factory=set)
    people: set[int] = field(default_factory=set)
    deals: set[int] = field(default_factory=set)
    month: int = 0
    value: Counter[str] = field(default_factory=Counter)
    in_talks: set[tuple[str, int]] = field(default_factory=set)
    wordings: Counter[str] = field(default_factory=Counter)


def complaints(losses: Iterable[Loss], said: Iterable[Said], month_begins: date) -> list[Complaint]:
    """Put together who said what; the loudest of each kind come first."""
    heard: dict[tuple[About, str], _Heard] = defaultdict(_Heard)
    known = {loss.deal_id: loss for loss in losses}
    read: dict[tuple[str, str, str], list[Heard]] = {}
    for loss in known.values():
        # Most say one of few things.
        text = loss.reason_kind, loss.reason, loss.competitor
        if text not in read:
            read[text] = list(_of_crm(loss))
        for about, key, words in read[text]:
            one = heard[about, key]
            one.companies.add(loss.company)
            one.deals.add(loss.deal_id)
            one.month += loss.day >= month_begins
            one.wordings[words] += 1
            if loss.prospect_id is not None:
                one.people.add(loss.prospect_id)
            if loss.value_minor:
                one.value[loss.currency] += loss.value_minor
    for told in said:
        if told.deal_id not in known:
            continue
        company = known[told.deal_id].company
        for about, key, words in _of_talk(told):
            one = heard[about, key]
            one.companies.add(company)
            one.in_talks.add(company)
            one.people.add(told.prospect_id)
            one.wordings[words] += 1
    return sorted(_named(heard), key=lambda one: (ORDER[one.about], -len(one.companies), one.name.casefold()))


def competitors_of(text: str) -> dict[str, str]:
    """Give the competitors that a field names, by their key; several are parted by semicolons."""
    names = (" ".join(part.split()) for part in text.split(";"))
    return {name.casefold(): name for name in names if name}


def _of_crm(loss: Loss) -> Iterator[Heard]:
    if loss.reason_kind:
        yield About.REASON, loss.reason_kind, loss.reason
    for key, name in competitors_of(loss.competitor).items():
        yield About.COMPETITOR, key, name
    if loss.reason_kind == ReasonKind.FEATURE:
        for word in telling_words(loss.reason):
            yield About.MISSING, word, loss.reason


def _of_talk(told: Said) -> Iterator[Heard]:
    if told.kind is FindingKind.COMPETITOR:
        for key, name in competitors_of(told.text).items():
            yield About.COMPETITOR, key, name
    elif told.kind is FindingKind.REASON and told.reason_kind:
        yield About.REASON, told.reason_kind, told.text
        if told.reason_kind == ReasonKind.FEATURE:
            for word in telling_words(told.text):
                yield About.MISSING, word, told.text


def _named(heard: Mapping[tuple[About, str], _Heard]) -> Iterator[Complaint]:
    """Name each; words that only ever stand together are one complaint."""
    together: dict[tuple[About, object], list[str]] = defaultdict(list)
    for about, key in heard:
        one = heard[about, key]
        same = (frozenset(one.deals), frozenset(one.wordings)) if about is About.MISSING else key
        together[about, same].append(key)
    for (about, _), keys in together.items():
        one = heard[about, keys[0]]
        samples = [text for text, _ in one.wordings.most_common(SAMPLES) if text]
        yield Complaint(
            about=about,
            name=_name(about, keys, samples),
            companies=frozenset(one.companies),
            people=frozenset(one.people),
            month=one.month,
            deals=len(one.deals),
            value=dict(sorted(one.value.items())),
            in_talks=len(one.in_talks),
            samples=() if about is About.COMPETITOR else _short(samples),
        )


def _short(samples: Iterable[str]) -> tuple[str, ...]:
    return tuple(shorten(text, SAMPLE_LENGTH) for text in samples)


def _name(about: About, keys: list[str], samples: list[str]) -> str:
    if about is About.REASON:
        return reason_words(keys[0])
    if about is About.COMPETITOR or len(keys) > 1:
        return shorten(samples[0] if samples else keys[0], NAME_LENGTH)
    return keys[0].upper() if len(keys[0]) <= MIN_WORD else keys[0].capitalize()
