"""Which reasons of intent led to a real conversation: alerts with a reason beside those without it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.campaigns import SPOKE
from alerts.models import Alert, Outcome
from alerts.numbers import told_in
from alerts.review.weights import Led
from tracker.among import among
from tracker.ingest.intent import EARLIER
from tracker.models import Visit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from alerts.review.asked import Asked

LATEST = 2_000
"""Calls that are looked at, the latest of the twelve months: beyond that, shares of whole percents stand."""


def led(session: Session, asked: Asked) -> list[Led]:
    """Count, of calls that were made and reported on, those that became a conversation; one query."""
    begin, _, end = asked.bounds
    spoke = (
        select(Outcome.id)
        .where(Outcome.alert_id == Alert.id, Outcome.undone_at.is_(None), Outcome.kind.in_(SPOKE))
        .exists()
    )
    wanted = (
        select(Visit.intent_reasons, spoke)
        .join(Alert, Alert.visit_id == Visit.id)
        .where(*told_in(begin, end), Alert.called_after_s.is_not(None), Alert.closed_at.is_not(None))
    )
    if asked.whose is not None:
        wanted = wanted.where(among(Alert.user_id, list(asked.whose)))
    calls: Counter[str] = Counter()
    talks: Counter[str] = Counter()
    number, talked = 0, 0
    for reasons, spoken in session.execute(wanted.order_by(Alert.sent_at.desc()).limit(LATEST)):
        number, talked = number + 1, talked + bool(spoken)
        for name in {str(reason.get("name", "")) for reason in reasons} - {"", EARLIER}:
            calls[name] += 1
            talks[name] += bool(spoken)
    rows = (Led(name, calls[name], talks[name], number, talked) for name in calls)
    return sorted(rows, key=lambda row: (-row.calls, row.name))
