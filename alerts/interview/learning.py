"""What an interview tells of a loss, in the prospect's own words, beside what the CRM says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.interview.opened import answers_of
from alerts.interview.questions import Topic
from tracker.findings import Learned, learn
from tracker.imports.reasons import reason_kinds
from tracker.models import Deal
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

_NAME_ENDS = re.compile(r"[,.;:!?\n(]|\s[-–—]\s")  # noqa: RUF001  (a dash of print)
MOST_NAME_WORDS = 3
NO_REASON = (None, ReasonKind.OTHER)
NOBODY = frozenset({"", "no", "none", "nobody", "nothing", "no one", "i", "we", "they", "it"})
"""What an answer may begin with, and is nobody's name."""


def learn_from(session: Session, interview: Interview, opened: Opened, now: datetime) -> None:
    """Put on record what its answers tell now, in place of what they told before."""
    given = {topic: one.text for topic, one in answers_of(session, interview.id).items()}
    found: list[Learned] = []
    reason, rules = given.get(Topic.REASON, ""), reason_kinds(session)
    if reason:
        found += [Learned(FindingKind.REASON, reason, kind) for kind in kinds_in(reason, rules)]
    # Where the question named the winner, what they say is not whom they chose.
    if any(one.asks_whom for one in opened.asked):
        found.append(Learned(FindingKind.COMPETITOR, _named(session, given.get(Topic.BENEFITS, ""), rules)))
    found.append(Learned(FindingKind.HELPER, given.get(Topic.HELPER, "")))
    found.append(Learned(FindingKind.LOOKED_AT, given.get(Topic.LOOKED_AT, "")))
    source = FindingSource.INTERVIEW
    learn(session, interview.deal_id, interview.prospect_id, source, interview.id, found, now)


def _named(session: Session, answer: str, rules: ReasonKinds) -> str:
    """Give the competitor that they name: one that deals were lost to, or a name that the answer begins with.

    Empty where there is none: a sentence is nobody's name, and a reason is none either.
    """
    words = f" {_plain(answer)} "
    if not words.strip():
        return ""
    known = session.scalars(select(Deal.competitor).where(Deal.competitor != "").distinct())
    named = [name for name in known if (key := _plain(name)) and f" {key} " in words]
    first = _NAME_ENDS.split(answer.strip(), maxsplit=1)[0].strip()
    of_words = first.split()
    is_name = 0 < len(of_words) <= MOST_NAME_WORDS and all(word[0].isupper() for word in of_words)
    if named or not is_name or _plain(first) in NOBODY or rules.kind_of(first) not in NO_REASON:
        return max(named, key=len, default="")
    return first


def _plain(text: str) -> str:
    """Give its words alone, in small letters, with single blanks."""
    return " ".join(re.findall(r"\w+", text.casefold()))


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
