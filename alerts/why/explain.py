"""Put the answer together: the latest visit first, or why no visit is on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.dossier import dossier
from alerts.timeline import timeline
from alerts.why.judged import judged, seen
from alerts.why.sent import answer, done
from alerts.why.standing import standing, why_nothing
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.happened import Sighting
    from alerts.why.line import Line
    from tracker.installation import Installation


class NobodyError(LookupError):
    """There is no such prospect (any more)."""


@dataclass(frozen=True, slots=True)
class VisitExplained:
    """One visit: whether an alert followed, what was seen, how it was judged, what was done."""

    alert_id: int | None
    at: datetime
    state: str
    answer: Line
    seen: tuple[Line, ...]
    judged: tuple[Line, ...]
    done: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that bears on a person's alerts; visits newest first."""

    who: str
    account: str
    email: str
    answer: Line
    """Of the latest visit that is not one of our own people's, or why there is none."""
    standing: tuple[Line, ...]
    """Wishes, consent and links, as they are now."""
    visits: tuple[VisitExplained, ...]
    older: int
    """Visits before those."""


def explain(session: Session, installation: Installation, prospect_id: int, now: datetime) -> Explanation:
    """Say why there was or was not an alert about a person.

    Raises:
        NobodyError: there is no such person.

    """
    person = dossier(session, installation, prospect_id)
    if person is None:
        msg = f"there is no prospect {prospect_id}"
        raise NobodyError(msg)
    history = timeline(session, prospect_id)
    visits = tuple(_explained(sighting) for sighting in history.sightings)
    return Explanation(
        who=person.called,
        account=person.account,
        email=person.email,
        answer=_latest(visits).answer if visits else why_nothing(person, now),
        standing=standing(person, now, visited=bool(visits)),
        visits=visits,
        older=history.total - len(visits),
    )


def _latest(visits: Sequence[VisitExplained]) -> VisitExplained:
    return next((visit for visit in visits if visit.state != State.INTERNAL), visits[0])


def _explained(sighting: Sighting) -> VisitExplained:
    return VisitExplained(
        alert_id=sighting.verdict.alert_id if sighting.verdict else None,
        at=sighting.started_at,
        state=sighting.state,
        answer=answer(sighting),
        seen=seen(sighting),
        judged=judged(sighting),
        done=done(sighting.verdict),
    )
