"""Decisions that stand: a further hit in the same visit that changes nothing of account needs no new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.models import Alert
from alerts.policy import Hold, Trigger
from alerts.words import Decision
from tracker.among import among
from tracker.ingest.history import CONFIRMED
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.models import Visit

HOLDS_BY_STATE = {
    Hold.INTERNAL.value: (State.INTERNAL,),
    Hold.MACHINE.value: (State.MACHINE,),
    Hold.UNCONFIRMED.value: (State.UNCONFIRMED,),
    Hold.DAILY_LIMIT.value: CONFIRMED,
}
"""Holds that follow from the visit alone, or from a day that is not over within it. The others end with the
time, an outcome or a deal, so they are looked at with every hit.
"""

_ALERTS = select(Alert.visit_id, Alert.decision, Alert.why, Alert.intent, Alert.corrected_at).where(
    among(Alert.visit_id, "visits")
)


def standing_alerts(session: Session, visits: Sequence[Visit]) -> Collection[int]:
    """Give the visits whose decision stands."""
    by_id = {visit.id: visit for visit in visits}
    rows = session.execute(_ALERTS, {"visits": list(by_id)})
    return {
        visit_id
        for visit_id, decision, why, intent, corrected_at in rows
        if stands(by_id[visit_id], decision, why, intent, corrected_at)
    }


def stands(visit: Visit, decision: Decision, why: str, intent: int, corrected_at: datetime | None) -> bool:
    """Whether nothing about a visit has changed by which it was decided about. PURE.

    Which pages were read, and how they came, has changed the intent if it has changed.
    """
    if corrected_at is not None or visit.intent != intent:
        return False
    if decision is Decision.HOLD:
        return visit.state in HOLDS_BY_STATE.get(why, ())
    if decision is Decision.DIGEST and why != Trigger.ORDINARY:
        return False
    return visit.state in CONFIRMED
