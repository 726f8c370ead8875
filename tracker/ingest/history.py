"""What is known of people's earlier visits when a new one is judged: few columns, of so many rows at most.

However long somebody has been coming, judging a hit costs the same.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, literal, select
from sqlalchemy.orm import aliased

from tracker.models import Browser, Prospect, Visit
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ScalarSelect
    from sqlalchemy.orm import Session

PEOPLE = (State.ENGAGED, State.CONFIRMED, State.STRONG)
"""States of visits that a person made, as far as can be told."""
CONFIRMED = (State.CONFIRMED, State.STRONG)
LATEST = 100
"""Visits of a person that are looked at: more than three a day in the 30 days for which intent counts."""
FIRST = 20
"""Visits with which each browser began that are looked at too: they tell since when who is known in it."""
LONG_AGO, EVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier visit."""

    visit_id: int
    prospect_id: int
    browser_id: int
    by_link: bool
    campaign_id: int | None
    started_at: datetime
    state: State
    points: int
    not_theirs: bool

    @classmethod
    def of(cls, visit: Visit) -> Past:
        """Take it from a visit whose state and points are known."""
        return cls(
            visit.id,
            visit.prospect_id,
            visit.browser_id,
            visit.by_link,
            visit.campaign_id,
            visit.started_at,
            visit.state,
            visit.points,
            visit.not_theirs,
        )


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
        self.see(Past.of(visit))

    def see(self, past: Past) -> None:
        """Let a visit count, unless a rep said that it was somebody else."""
        if past.not_theirs:
            return
        if past.state in PEOPLE:
            self.people[past.prospect_id].append(past)
        if past.state in CONFIRMED:
            key = (past.prospect_id, past.browser_id)
            self.confirmed[key] = min(past.started_at, self.confirmed.get(key, past.started_at))


def load_history(session: Session, visits: Sequence[Visit]) -> History:
    """Load what counts of the time before these visits; they themselves are not part of it yet."""
    history = History()
    for past in earlier_visits(session, visits):
        history.see(past)
    return history


def earlier_visits(session: Session, visits: Sequence[Visit]) -> list[Past]:
    """Give other visits of the same people that began before the last of these, in no order.

    Of each person the `LATEST`, and the `FIRST` in each of the browsers; machines' visits count among them.
    """
    if not visits:
        return []
    people = {visit.prospect_id for visit in visits}
    columns = select(
        Visit.id,
        Visit.prospect_id,
        Visit.browser_id,
        Visit.by_link,
        Visit.campaign_id,
        Visit.started_at,
        Visit.state,
        Visit.points,
        Visit.not_theirs,
    ).where(
        Visit.id.not_in([visit.id for visit in visits]),
        Visit.started_at <= max(visit.started_at for visit in visits),
    )
    latest = columns.join(Prospect, Prospect.id == Visit.prospect_id).where(
        Prospect.id.in_(people),
        Visit.last_at >= func.coalesce(_latest_from(visits), literal(LONG_AGO, Visit.last_at.type)),
    )
    first = columns.join(Browser, Browser.id == Visit.browser_id).where(
        Browser.id.in_({visit.browser_id for visit in visits}),
        Visit.prospect_id.in_(people),
        Visit.last_at <= func.coalesce(_first_until(), literal(EVER, Visit.last_at.type)),
    )
    rows = (Past(*row) for query in (latest, first) for row in session.execute(query))
    return list({past.visit_id: past for past in rows}.values())


def _latest_from(visits: Sequence[Visit]) -> ScalarSelect[datetime]:
    """Find a prospect's last sign in the last of the visits to be looked at; nothing: all are.

    Visits later than those in hand do not count among them. The index of last signs knows it.
    """
    other = aliased(Visit)
    return (
        select(other.last_at)
        .where(other.prospect_id == Prospect.id, other.last_at <= max(visit.last_at for visit in visits))
        .order_by(other.last_at.desc())
        .offset(LATEST - 1)
        .limit(1)
        .correlate(Prospect)
        .scalar_subquery()
    )


def _first_until() -> ScalarSelect[datetime]:
    """Find the last sign in the last of a browser's first visits to be looked at; nothing: all are."""
    other = aliased(Visit)
    return (
        select(other.last_at)
        .where(other.browser_id == Browser.id)
        .order_by(other.last_at)
        .offset(FIRST - 1)
        .limit(1)
        .correlate(Browser)
        .scalar_subquery()
    )
