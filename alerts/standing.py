"""Decisions that stand: a further hit in the same visit that changes nothing of account needs no new one."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (a field's type)
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from alerts.models import Alert
from alerts.policy import Hold, Trigger
from alerts.words import Decision
from tracker.among import among
from tracker.ingest.history import CONFIRMED
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from tracker.ingest.rows import VisitRow

HOLDS_BY_STATE = {
    Hold.INTERNAL.value: State.INTERNAL,
    Hold.MACHINE.value: State.MACHINE,
    Hold.UNCONFIRMED.value: State.UNCONFIRMED,
}
"""Holds that follow from the visit's state alone. The others end with the time, an outcome or a deal, so they
are looked at with every hit.
"""


class Standing(NamedTuple):
    """What was decided about a visit."""

    decision: Decision
    why: str
    intent: int
    due_at: datetime | None
    corrected_at: datetime | None


_ALERTS = select(
    Alert.visit_id, Alert.decision, Alert.why, Alert.intent, Alert.due_at, Alert.corrected_at
).where(among(Alert.visit_id, "visits"))


def standing_alerts(session: Session, visits: Sequence[VisitRow], now: datetime) -> Collection[int]:
    """Give the visits whose decision stands."""
    by_id = {visit.id: visit for visit in visits}
    return {
        row[0]
        for row in session.execute(_ALERTS, {"visits": list(by_id)})
        if stands(by_id[row[0]], Standing._make(row[1:]), now)
    }


def stands(visit: VisitRow, decided: Standing, now: datetime) -> bool:
    """Whether nothing about a visit has changed by which it was decided about. PURE.

    As long as nobody is confirmed, only state and intent count. Once somebody is, pages count, too, which
    need not change an intent that is at its end: so it is decided each time, until the call is due.
    """
    if decided.corrected_at is not None or visit.intent != decided.intent:
        return False
    if decided.decision is Decision.HOLD:
        return visit.state is HOLDS_BY_STATE.get(decided.why)
    if decided.decision is Decision.DIGEST:
        return decided.why == Trigger.ORDINARY and visit.state is State.ENGAGED
    return visit.state in CONFIRMED and decided.due_at is not None and decided.due_at <= now
