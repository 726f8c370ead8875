"""A report as it was sent, taken: the same behind a mail's buttons and at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.outcome import record, record_stop
from alerts.words import OutcomeKind

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.doors import Door
    from alerts.outcome import Recorded
    from alerts.web.forms import ReportForm
    from tracker.signing import Signer


def report(session: Session, signer: Signer, door: Door, form: ReportForm, now: datetime) -> Recorded:
    """Record what a form says of the alert behind a door.

    Raises:
        alerts.ground.OutcomeError: it cannot be taken; the message says what to do.

    """
    if form.kind == OutcomeKind.STOP:
        return record_stop(session, signer, door, form.stops, now, note=form.note)
    return record(session, signer, door, form.kind, now, note=form.note, call_back_on=form.call_back_on)
