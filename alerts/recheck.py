"""One last look before a mail goes out: what was decided a moment ago may not hold any more.

A suppression, a call back, a won deal or a machine found out between decision and sending keeps the
mail from going out, and its reason is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.circumstances import Circumstances
from alerts.policy import SENTENCES, Policy, barrier
from tracker.models import Visit

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.models import Alert
    from tracker.installation import Installation

ANSWERED = "Its outcome was reported before the mail went out."
GONE = "The visit is not stored any more."


def rechecker(installation: Installation, policy: Policy) -> Callable[[Session, Alert, datetime], str | None]:
    """Make the check: it gives the sentence that speaks against sending, or None."""

    def still_wanted(session: Session, alert: Alert, now: datetime) -> str | None:
        if alert.closed_at is not None:
            return ANSWERED
        visit = session.get(Visit, alert.visit_id)
        if visit is None:
            return GONE
        facts = Circumstances.load(session, installation, [visit], now, policy, lock=False)
        hold = barrier(visit.state, facts.standings[visit.prospect_id], now)
        return None if hold is None else SENTENCES[hold]

    return still_wanted
