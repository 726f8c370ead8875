"""The latest visits of one person, each with what followed of it: for the mails' pages and `ringback why`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from alerts.models import Message, Outcome
from alerts.reading import letters, reports, sightings, visits_with_verdicts
from tracker.among import among
from tracker.models import Visit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from alerts.happened import Letter, Report, Sighting, Verdict

MAX_VISITS = 50
"""Visits shown of one person; older ones are counted."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The latest visits, newest first, and how many there are in all."""

    sightings: tuple[Sighting, ...]
    total: int


def timeline(session: Session, prospect_id: int) -> Timeline:
    """Read what happened with one prospect; a handful of queries, however many visits there are."""
    total = session.scalar(select(func.count()).where(Visit.prospect_id == prospect_id)) or 0
    rows = session.execute(
        visits_with_verdicts()
        .where(Visit.prospect_id == prospect_id)
        .order_by(Visit.started_at.desc(), Visit.id.desc())
        .limit(MAX_VISITS)
    ).all()
    found = sightings(session, rows)
    verdicts = [(one.visit_id, one.verdict) for one in found if one.verdict is not None]
    told = _told(session, verdicts)
    return Timeline(tuple(replace(one, verdict=told.get(one.visit_id)) for one in found), total)


def reports_on(session: Session, alert_id: int) -> tuple[Report, ...]:
    """Read what was reported on one alert, newest first, undone ones included."""
    return tuple(reports(session, Outcome.alert_id == alert_id))


def _told(session: Session, verdicts: Sequence[tuple[int, Verdict]]) -> Mapping[int, Verdict]:
    """Give verdicts, by their visits, the mails that they became and what was reported."""
    mails = {each for _, one in verdicts for each in (one.message_id, one.correction_id)} - {None}
    found = letters(session, among(Message.id, mails))
    on_alert: dict[int, tuple[Report, ...]] = defaultdict(tuple)
    for report in reports(session, among(Outcome.alert_id, [one.alert_id for _, one in verdicts])):
        on_alert[report.alert_id] += (report,)

    def letter(message_id: int | None) -> Letter | None:
        return found.get(message_id) if message_id is not None else None

    return {
        visit_id: replace(
            one,
            letter=letter(one.message_id),
            correction_letter=letter(one.correction_id),
            reports=on_alert[one.alert_id],
        )
        for visit_id, one in verdicts
    }
