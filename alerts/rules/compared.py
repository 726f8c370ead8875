"""Two replays beside each other: how many calls, how many in digests, and which visits differ. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.policy import DIGEST_HOLDS, Hold
from alerts.words import Decision

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from alerts.policy import Ruling
    from alerts.rules.replay import Record

SHOWN = 20
"""Visits that are listed of those that differ."""
CALL, DIGEST, NOBODY = "a call", "in a digest", "held"


@dataclass(frozen=True, slots=True)
class Tally:
    """What one set of rules would have sent."""

    calls: int
    digests: int
    waited: int = 0
    """Of those in digests: for the rep's hours to begin."""
    stood_in: int = 0
    """Of the calls: to somebody else than whose it is."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A visit that other rules would have decided about otherwise."""

    visit_id: int
    prospect_id: int
    user_id: int | None
    at: datetime
    """Its last sign."""
    before: str
    after: str
    why: str
    """In a sentence, by the other rules."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two sets of rules over the same visits; of some companies only, the numbers are estimates."""

    visits: int
    now: Tally
    then: Tally
    """By the rules that are proposed."""
    differing: int
    shown: tuple[Difference, ...]
    """The latest first."""


def compare(
    records: Sequence[Record],
    before: Sequence[Ruling],
    after: Sequence[Ruling],
    every: int = 1,
    stand_ins: Collection[int] = (),
) -> Compared:
    """Hold the answers about the same records against each other.

    Of `every` so many companies each visit stands for as many. `stand_ins` are the visits of which somebody
    else was told than whose it is.
    """
    differing = [
        (record, told(was), told(becomes), becomes.sentence)
        for record, was, becomes in zip(records, before, after, strict=True)
        if told(was) != told(becomes)
    ]
    return Compared(
        len(records) * every,
        _tally(records, before, every, stand_ins),
        _tally(records, after, every, stand_ins),
        len(differing) * every,
        tuple(
            Difference(record.visit_id, record.prospect_id, record.user_id, record.last_at, was, becomes, why)
            for record, was, becomes, why in differing[: -SHOWN - 1 : -1]
        ),
    )


def told(ruling: Ruling) -> str:
    """Say where somebody would have read of it."""
    if ruling.decision is Decision.CALL:
        return CALL
    return DIGEST if ruling.decision is Decision.DIGEST or ruling.why in DIGEST_HOLDS else NOBODY


def _tally(
    records: Sequence[Record], rulings: Sequence[Ruling], every: int, stand_ins: Collection[int]
) -> Tally:
    answers = [told(ruling) for ruling in rulings]
    waited = sum(ruling.why is Hold.OUTSIDE_HOURS for ruling in rulings)
    stood_in = sum(
        answer == CALL and record.visit_id in stand_ins
        for record, answer in zip(records if stand_ins else (), answers, strict=False)
    )
    return Tally(answers.count(CALL) * every, answers.count(DIGEST) * every, waited * every, stood_in * every)
