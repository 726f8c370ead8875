"""Two replays beside each other: how many calls, how many in digests, and which visits differ. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.policy import DIGEST_HOLDS
from alerts.words import Decision

if TYPE_CHECKING:
    from collections.abc import Sequence
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
    """Two sets of rules over the same visits."""

    visits: int
    now: Tally
    then: Tally
    """By the rules that are proposed."""
    differing: int
    shown: tuple[Difference, ...]
    """The latest first."""


def compare(records: Sequence[Record], before: Sequence[Ruling], after: Sequence[Ruling]) -> Compared:
    """Hold the answers about the same records against each other."""
    differing = [
        (record, told(was), told(becomes), becomes.sentence)
        for record, was, becomes in zip(records, before, after, strict=True)
        if told(was) != told(becomes)
    ]
    return Compared(
        len(records),
        _tally(before),
        _tally(after),
        len(differing),
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


def _tally(rulings: Sequence[Ruling]) -> Tally:
    answers = [told(ruling) for ruling in rulings]
    return Tally(answers.count(CALL), answers.count(DIGEST))
