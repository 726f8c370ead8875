"""What came after a loss, told to its case one by one. PURE."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from alerts.followups.cadence import Case, done
from alerts.words import FollowUpKind, OutcomeKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

TALKS = frozenset({OutcomeKind.SPOKE, OutcomeKind.CALL_BACK, OutcomeKind.NOT_THEM})
"""Reports that say that somebody talked with them."""
ENDS = frozenset({OutcomeKind.REOPENED, OutcomeKind.WON_BACK})
"""From then on it is a deal, which is worked as deals are."""


class Event(NamedTuple):
    """A report about a visit, or a follow-up that was done."""

    at: datetime
    what: OutcomeKind | FollowUpKind
    call_back_on: date | None = None


def after(case: Case, events: Iterable[Event], visits: Iterable[datetime]) -> Case:
    """Give the case as it stands after these; what was before the loss says nothing of it.

    `visits` are when visits began that a person certainly made.
    """
    touched_at: datetime | None = None
    for event in sorted(events, key=attrgetter("at")):
        day = event.at.date()
        if day < case.lost_on:
            continue
        case = _after(case, event, day)
        if case.touched_on == day and event.what is not FollowUpKind.THANK_YOU:
            touched_at = event.at
    seen = [at for at in visits if at.date() >= case.lost_on and (touched_at is None or at > touched_at)]
    return replace(case, visited_on=min(seen).date()) if seen else case


def _after(case: Case, event: Event, day: date) -> Case:
    what = event.what
    if isinstance(what, FollowUpKind):
        return done(case, what, day)
    if what in ENDS:
        return replace(case, ended=True)
    if what is OutcomeKind.NO_ANSWER:
        return replace(case, tries=case.tries + 1, tried_on=day)
    if what in TALKS:
        return replace(done(case, FollowUpKind.CHECK_IN, day), call_back_on=event.call_back_on)
    return case
