"""What an interview tells of a loss, in the prospect's own words, beside what the CRM says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from alerts.interview.opened import answers_of
from alerts.interview.questions import Topic
from tracker.findings import Learned, learn
from tracker.imports.reasons import reason_kinds
from tracker.words import FindingKind, FindingSource, ReasonKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.interview.opened import Opened
    from tracker.imports.loss import ReasonKinds
    from tracker.models import Interview

_PARTS = re.compile(r"[.!?;,\n]+|\band\b|\bbut\b", re.IGNORECASE)
"""Where one reason ends and the next begins."""


def learn_from(session: Session, interview: Interview, opened: Opened, now: datetime) -> None:
    """Put on record what its answers tell now, in place of what they told before."""
    given = {topic: one.text for topic, one in answers_of(session, interview.id).items()}
    found: list[Learned] = []
    reason = given.get(Topic.REASON, "")
    if reason:
        rules = reason_kinds(session)
        found += [Learned(FindingKind.REASON, reason, kind) for kind in kinds_in(reason, rules)]
    # Where the question named the winner, what they say is not whom they chose.
    if any(one.asks_whom for one in opened.asked):
        found.append(Learned(FindingKind.COMPETITOR, given.get(Topic.BENEFITS, "")))
    found.append(Learned(FindingKind.HELPER, given.get(Topic.HELPER, "")))
    found.append(Learned(FindingKind.LOOKED_AT, given.get(Topic.LOOKED_AT, "")))
    source = FindingSource.INTERVIEW
    learn(session, interview.deal_id, interview.prospect_id, source, interview.id, found, now)


def kinds_in(reason: str, rules: ReasonKinds) -> tuple[ReasonKind, ...]:
    """Give the kinds of all reasons that somebody names; *other* only where there is no better word.

    They are read part by part: of a whole text the rules tell the first only.
    """
    kinds = dict.fromkeys(_kinds(reason, rules))
    return tuple(kind for kind in kinds if kind is not ReasonKind.OTHER) or (ReasonKind.OTHER,)


def _kinds(reason: str, rules: ReasonKinds) -> Iterator[ReasonKind]:
    for part in (reason, *_PARTS.split(reason)):
        kind = rules.kind_of(part)
        if kind is not None:
            yield kind
