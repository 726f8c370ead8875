"""Derive again what follows from stored evidence: after rules change, or when somebody knows better.

Nothing is deleted by it, and what is forgotten keeps the state it had.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import select

from tracker.among import among
from tracker.ingest.bursts import find_bursts
from tracker.ingest.judge import judge
from tracker.ingest.rows import find_visits
from tracker.models import Prospect, Visit

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.ingest.pipeline import Decide, Nudge
    from tracker.ingest.rows import VisitRow
    from tracker.words import State


class Resign(Protocol):
    """Tells what a visit's stored signs are under the rules of now."""

    def __call__(self, visit: VisitRow, /) -> list[str]:
        """Give the names of `tracker.ingest.signs`."""


@dataclass(frozen=True, slots=True)
class Change:
    """A visit whose state is another now."""

    visit_id: int
    before: State
    after: State


@dataclass(frozen=True, slots=True)
class Rescreened:
    """What came of it, and whom to nudge once it is committed."""

    visits: int
    """That were derived anew."""
    changes: tuple[Change, ...]
    nudges: tuple[Nudge, ...]


def remembered_since(session: Session, since: datetime) -> Sequence[int]:
    """List the visits whose last sign came at or after `since` and whose evidence is kept, oldest first."""
    return session.scalars(
        select(Visit.id)
        .where(Visit.last_at >= since, Visit.forgotten_at.is_(None))
        .order_by(Visit.started_at, Visit.id)
    ).all()


def remembered_in(session: Session, browser_id: int) -> Sequence[int]:
    """List the visits in one browser whose evidence is kept, oldest first."""
    return session.scalars(
        select(Visit.id)
        .where(Visit.browser_id == browser_id, Visit.forgotten_at.is_(None))
        .order_by(Visit.started_at, Visit.id)
    ).all()


def rescreen(
    session: Session, visit_ids: Collection[int], now: datetime, decide: Decide, resign: Resign | None = None
) -> Rescreened:
    """Derive signs (with `resign`), bursts, state and intent of visits anew, and decide about them again.

    In the order in which other transactions lock: people, visits, and what `decide` locks.
    """
    people = session.scalars(select(Visit.prospect_id).where(among(Visit.id, visit_ids))).unique().all()
    session.execute(
        select(Prospect.id)
        .where(among(Prospect.id, people))
        .order_by(Prospect.id)
        .with_for_update(key_share=True)
    )
    visits = _locked(session, visit_ids)
    if resign is not None:
        for visit in visits:
            visit.signs = resign(visit)
    mates = _mark_bursts(session, visits)
    before = _doubtful_states(session, visits) | {visit.id: visit.state for visit in (*visits, *mates)}
    judged = judge(session, [*visits, *mates], now)
    nudges = decide(session, judged, now)
    changes = (Change(one.id, before.get(one.id, one.state), one.state) for one in judged)
    return Rescreened(
        len(judged), tuple(change for change in changes if change.before is not change.after), tuple(nudges)
    )


def _locked(session: Session, visit_ids: Collection[int]) -> list[VisitRow]:
    return find_visits(session, among(Visit.id, visit_ids), Visit.forgotten_at.is_(None))


def _mark_bursts(session: Session, visits: Sequence[VisitRow]) -> list[VisitRow]:
    """Set the burst of these visits as the rules are now; gives others that turn out to be part of one."""
    found = find_bursts(session, visits)
    for visit in visits:
        visit.burst = found.pop(visit.id, "")
    others = [visit for visit in _locked(session, found) if not visit.burst]
    for visit in others:
        visit.burst = found[visit.id]
    return others


def _doubtful_states(session: Session, visits: Sequence[VisitRow]) -> dict[int, State]:
    """Give the states of other visits in these browsers that may come to be seen in another light."""
    browsers = {visit.browser_id for visit in visits}
    rows = session.execute(
        select(Visit.id, Visit.state).where(among(Visit.browser_id, browsers), Visit.demoted)
    )
    return dict(rows.all())
