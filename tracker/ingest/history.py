"""What is known of people's earlier visits when a new one is judged: few columns, of few weeks.

However long somebody has been coming, judging a hit costs the same.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.browsers import theirs
from tracker.ingest.intent import WINDOW
from tracker.models import Browser, Visit
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

PEOPLE = (State.ENGAGED, State.CONFIRMED, State.STRONG)
"""States of visits that a person made, as far as can be told."""
CONFIRMED = (State.CONFIRMED, State.STRONG)


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier visit that a person made."""

    visit_id: int
    started_at: datetime
    points: int


@dataclass(slots=True)
class History:
    """Earlier visits by person; what is judged in one go counts for what is judged after it."""

    people: dict[int, list[Past]] = field(default_factory=lambda: defaultdict(list))
    confirmed: dict[tuple[int, int], datetime] = field(default_factory=dict)
    """By person and browser: the start of the first visit that was confirmed."""

    def before(self, visit: Visit) -> list[Past]:
        """Give the person's visits that began before this one, latest first."""
        here = (visit.started_at, visit.id)
        earlier = [past for past in self.people[visit.prospect_id] if (past.started_at, past.visit_id) < here]
        return sorted(earlier, key=lambda past: past.started_at, reverse=True)

    def was_confirmed_before(self, visit: Visit) -> bool:
        """Whether the same person in the same browser was confirmed in an earlier visit."""
        first = self.confirmed.get((visit.prospect_id, visit.browser_id))
        return first is not None and first < visit.started_at

    def judged(self, visit: Visit) -> None:
        """Let a visit count whose state and points are known now."""
        if visit.state in PEOPLE:
            self.people[visit.prospect_id].append(Past(visit.id, visit.started_at, visit.points))
        if visit.state in CONFIRMED:
            key = (visit.prospect_id, visit.browser_id)
            self.confirmed[key] = min(visit.started_at, self.confirmed.get(key, visit.started_at))


def load_history(session: Session, visits: Sequence[Visit]) -> History:
    """Load what counts of the time before these visits; they themselves are not part of it yet.

    Of what is older than the window of intent, only the last visit is known, and no points: it tells
    how long the silence was.
    """
    history = History()
    if not visits:
        return history
    since = min(visit.started_at for visit in visits) - WINDOW
    others = (
        Visit.prospect_id.in_({visit.prospect_id for visit in visits}),
        Visit.id.not_in([visit.id for visit in visits]),
        theirs(),
    )
    # `last_at` is what the index knows.
    in_window = (Visit.last_at >= since, Visit.started_at >= since)
    for row in session.execute(
        select(Visit.prospect_id, Visit.id, Visit.started_at, Visit.points)
        .join(Browser, Browser.id == Visit.browser_id)
        .where(*others, *in_window, Visit.state.in_(PEOPLE))
    ):
        history.people[row.prospect_id].append(Past(row.id, row.started_at, row.points))
    for prospect_id, started_at in session.execute(
        select(Visit.prospect_id, func.max(Visit.started_at))
        .join(Browser, Browser.id == Visit.browser_id)
        .where(*others, Visit.started_at < since, Visit.state.in_(PEOPLE))
        .group_by(Visit.prospect_id)
    ):
        history.people[prospect_id].append(Past(0, started_at, 0))
    for prospect_id, browser_id, started_at in session.execute(
        select(Visit.prospect_id, Visit.browser_id, func.min(Visit.started_at))
        .join(Browser, Browser.id == Visit.browser_id)
        .where(
            *others,
            Visit.browser_id.in_({visit.browser_id for visit in visits}),
            Visit.state.in_(CONFIRMED),
        )
        .group_by(Visit.prospect_id, Visit.browser_id)
    ):
        history.confirmed[prospect_id, browser_id] = started_at
    return history
