"""What came of a call, kept on the alert's own row: figures of a year are then counted from one index.

It follows from the reports that stand, and is written in the transaction that writes or undoes one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from alerts.models import Alert, Outcome
from alerts.words import OutcomeKind
from tracker.models import Visit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

CALLS = frozenset(OutcomeKind) - {OutcomeKind.WRONG_PERSON, OutcomeKind.NOT_THEM}
"""Reports that say that somebody took up the telephone, or is about to."""


def settle(session: Session, alert: Alert) -> None:
    """Write down what came of an alert, whose row is held until the commit; its reports are flushed."""
    called_at, alert.reopened_at, alert.won_at = session.execute(
        select(
            func.min(case((Outcome.kind.in_(CALLS), Outcome.at))),
            func.min(case((Outcome.kind == OutcomeKind.REOPENED, Outcome.at))),
            func.min(case((Outcome.kind == OutcomeKind.WON_BACK, Outcome.at))),
        ).where(Outcome.alert_id == alert.id, Outcome.undone_at.is_(None))
    ).one()
    alert.called_after_s = None
    if called_at is not None:
        # A page that was kept back moves the beginning of its visit; what was reported before stays.
        began = session.scalars(select(Visit.started_at).where(Visit.id == alert.visit_id)).one()
        alert.called_after_s = max(round((called_at - began).total_seconds()), 0)
    session.flush()
