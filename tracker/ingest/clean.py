"""Clean visits: confirmed, and nothing speaks against them. They outweigh what spoke against earlier ones.

Whoever opened three links of a mail at once, and a day later reads and taps in the same browser, was a person
the first time, too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.among import among
from tracker.ingest.history import CONFIRMED
from tracker.ingest.rows import find_visits
from tracker.ingest.screen import OUTWEIGHED
from tracker.models import Visit
from tracker.rules.kept import EVIDENCE_KEPT, kept_of
from tracker.rules.stored import load_rules

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.ingest.rows import VisitRow
    from tracker.ingest.screen import Screening


@dataclass(slots=True)
class CleanVisits:
    """By person and browser: when the latest clean visit began."""

    latest: dict[tuple[int, int], datetime] = field(default_factory=dict)

    @classmethod
    def load(
        cls, session: Session, visits: Sequence[VisitRow], *, but: Sequence[VisitRow] = ()
    ) -> CleanVisits:
        """Load what is later than any of these visits; what is not settled yet is left out by `but`."""
        if not visits:
            return cls()
        began = func.max(Visit.started_at, type_=Visit.started_at.type)
        rows = session.execute(
            select(Visit.prospect_id, Visit.browser_id, began)
            .where(
                among(Visit.browser_id, {visit.browser_id for visit in visits}),
                Visit.last_at >= min(visit.started_at for visit in visits),
                ~among(Visit.id, [visit.id for visit in but]),
                Visit.state.in_(CONFIRMED),
                Visit.demoted.is_(False),
            )
            .group_by(Visit.prospect_id, Visit.browser_id)
        )
        return cls({(prospect_id, browser_id): at for prospect_id, browser_id, at in rows})

    def see(self, visit: VisitRow, alone: Screening) -> None:
        """Let a visit count by what it shows `alone`, without those before and after it."""
        state, demoted = alone.state, alone.demoted
        if visit.forgotten_at is not None:
            state, demoted = visit.state, visit.demoted  # they stand
        if state in CONFIRMED and not demoted:
            self.latest[_key(visit)] = max(visit.started_at, self.latest.get(_key(visit), visit.started_at))

    def outweigh(self, visit: VisitRow) -> bool:
        """Whether the same person in the same browser made a clean visit later."""
        latest = self.latest.get(_key(visit))
        return latest is not None and latest > visit.started_at


def shown_in_another_light(session: Session, visits: Sequence[VisitRow]) -> list[VisitRow]:
    """Give the other visits in these browsers that are outweighed since now, or not any more."""
    if not visits:
        return []
    demoted = find_visits(
        session,
        among(Visit.browser_id, {visit.browser_id for visit in visits}),
        # However long somebody has been coming: what is older is forgotten, or about to be. Mostly there is
        # nothing, so how long it is kept here is asked below.
        Visit.last_at >= min(visit.started_at for visit in visits) - EVIDENCE_KEPT,
        ~among(Visit.id, [visit.id for visit in visits]),
        Visit.demoted,
        Visit.forgotten_at.is_(None),
    )
    if not demoted:
        return []
    bound = min(visit.started_at for visit in visits) - kept_of(load_rules(session)).evidence
    demoted = [visit for visit in demoted if visit.last_at >= bound]
    clean = CleanVisits.load(session, demoted)
    return [visit for visit in demoted if clean.outweigh(visit) != (OUTWEIGHED in visit.state_reasons)]


def _key(visit: VisitRow) -> tuple[int, int]:
    return visit.prospect_id, visit.browser_id
