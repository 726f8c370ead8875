"""What is known of people's earlier visits when a new one is judged: few columns, of so many rows at most.

However long somebody has been coming, judging a hit costs the same.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, literal, select
from sqlalchemy.orm import aliased

from tracker.among import among
from tracker.models import Browser, Prospect, Visit
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import CTE, BindParameter, Select
    from sqlalchemy.orm import Session

    from tracker.ingest.rows import VisitRow

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
    def of(cls, visit: VisitRow) -> Past:
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

    def before(self, visit: VisitRow) -> list[Past]:
        """Give the person's visits that began before this one, latest first."""
        here = (visit.started_at, visit.id)
        earlier = [past for past in self.people[visit.prospect_id] if (past.started_at, past.visit_id) < here]
        return sorted(earlier, key=lambda past: past.started_at, reverse=True)

    def was_confirmed_before(self, visit: VisitRow) -> bool:
        """Whether the same person in the same browser was confirmed in an earlier visit."""
        first = self.confirmed.get((visit.prospect_id, visit.browser_id))
        return first is not None and first < visit.started_at

    def judged(self, visit: VisitRow) -> None:
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


def history_of(earlier: Sequence[Past]) -> History:
    """Put together what counts of the time before some visits; they themselves are not part of it yet."""
    history = History()
    for past in earlier:
        history.see(past)
    return history


def earlier_visits(session: Session, visits: Sequence[VisitRow]) -> list[Past]:
    """Give other visits of the same people that began before the last of these, in no order.

    Of each person the `LATEST`, and the `FIRST` in each of the browsers; machines' visits count among them.
    """
    if not visits:
        return []
    values = {
        "people": {visit.prospect_id for visit in visits},
        "browsers": {visit.browser_id for visit in visits},
        "but": [visit.id for visit in visits],
        "began_by": max(visit.started_at for visit in visits),
        "seen_by": max(visit.last_at for visit in visits),
    }
    rows = (Past(*row) for query in (_LATEST_ONES, _FIRST_ONES) for row in session.execute(query, values))
    return list({past.visit_id: past for past in rows}.values())


def _latest_ones() -> Select[*tuple[Any, ...]]:
    """Ask for each person's latest visits; those later than the visits in hand do not count among them."""
    other = aliased(Visit)
    nth = (
        select(other.last_at)
        .where(other.prospect_id == Prospect.id, other.last_at <= _moment("seen_by"))
        .order_by(other.last_at.desc())
        .offset(LATEST - 1)
        .limit(1)
        .scalar_subquery()
    )
    since = func.coalesce(nth, literal(LONG_AGO, Visit.last_at.type)).label("since")
    bounds = _once(select(Prospect.id, since).where(among(Prospect.id, "people")))
    return _others().join(bounds, (bounds.c.id == Visit.prospect_id) & (bounds.c.since <= Visit.last_at))


def _first_ones() -> Select[*tuple[Any, ...]]:
    """Ask for the visits with which each browser began."""
    other = aliased(Visit)
    nth = (
        select(other.last_at)
        .where(other.browser_id == Browser.id)
        .order_by(other.last_at)
        .offset(FIRST - 1)
        .limit(1)
        .scalar_subquery()
    )
    until = func.coalesce(nth, literal(EVER, Visit.last_at.type)).label("until")
    bounds = _once(select(Browser.id, until).where(among(Browser.id, "browsers")))
    return (
        _others()
        .join(bounds, (bounds.c.id == Visit.browser_id) & (bounds.c.until >= Visit.last_at))
        .where(among(Visit.prospect_id, "people"))
    )


def _others() -> Select[*tuple[Any, ...]]:
    return select(
        Visit.id,
        Visit.prospect_id,
        Visit.browser_id,
        Visit.by_link,
        Visit.campaign_id,
        Visit.started_at,
        Visit.state,
        Visit.points,
        Visit.not_theirs,
    ).where(~among(Visit.id, "but"), Visit.started_at <= _moment("began_by"))


def _once(bounds: Select[*tuple[Any, ...]]) -> CTE:
    """Have each bound found once, not for every visit that is held against it."""
    return bounds.cte("bounds").prefix_with("MATERIALIZED", dialect="postgresql")


def _moment(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=Visit.last_at.type)


_LATEST_ONES, _FIRST_ONES = _latest_ones(), _first_ones()  # built once: that takes longer than asking
