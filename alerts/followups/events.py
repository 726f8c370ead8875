"""What came after a loss, told to its case one by one. PURE."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from alerts.followups.cadence import Case, done
from alerts.words import FollowUpKind, FollowUpResult, OutcomeKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

TALKS = frozenset({OutcomeKind.SPOKE, OutcomeKind.CALL_BACK, OutcomeKind.NOT_THEM})
"""Reports about visits that say that somebody talked with them."""
ENDS = frozenset(
    {OutcomeKind.REOPENED, OutcomeKind.WON_BACK, FollowUpResult.REOPENED, FollowUpResult.WON_BACK}
)
"""From then on it is a deal, which is worked as deals are."""
TRIES = frozenset({OutcomeKind.NO_ANSWER, FollowUpResult.NO_ANSWER})


class Event(NamedTuple):
    """A report about a visit, or what came of a follow-up."""

    at: datetime
    """In the zone of who reports: the day on which they say it counts."""
    what: OutcomeKind | FollowUpResult
    call_back_on: date | None = None
    kind: FollowUpKind | None = None
    """Of the follow-up; None: it was about a visit."""


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
        if case.touched_on == day:
            touched_at = event.at
    seen = [at for at in visits if at.date() >= case.lost_on and (touched_at is None or at > touched_at)]
    return replace(case, visited_on=min(seen).date()) if seen else case


def _after(case: Case, event: Event, day: date) -> Case:
    if event.what in ENDS:
        return replace(case, ended=True)
    if event.what in TRIES:
        return replace(case, tries=case.tries + 1, tried_on=day)
    if event.kind is not None or event.what in TALKS:
        kind = event.kind or FollowUpKind.CHECK_IN
        return replace(done(case, kind, day), call_back_on=event.call_back_on)
    return case
