"""One last look before a mail goes out: what was decided a moment ago may not hold any more.

A suppression, a call back, a won deal or a machine found out between decision and sending keeps the
mail from going out, and its reason is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from alerts.policy import SENTENCES, Standing, barrier
from alerts.quiet import FOR_GOOD, quiet_until
from alerts.rules.in_force import policy_in_force
from tracker.left_alone import left_alone
from tracker.models import Prospect, User, Visit
from tracker.suppression import suppressed_kinds
from tracker.words import DealStatus

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.briefing import Known
    from alerts.models import Alert
    from tracker.installation import Installation

ANSWERED = "Its outcome was reported before the mail went out."
GONE = "The visit is not stored any more."


def rechecker(installation: Installation) -> Callable[[Session, Alert, Known, datetime], str | None]:
    """Make the check: it gives the sentence that speaks against sending, or None."""

    def still_wanted(session: Session, alert: Alert, known: Known, now: datetime) -> str | None:
        if alert.closed_at is not None:
            return ANSWERED
        visit = session.get(Visit, alert.visit_id)
        if visit is None:
            return GONE
        person = session.get_one(Prospect, visit.prospect_id)
        hold = barrier(visit.state, _standing(session, installation, person, alert, known, now), now)
        return None if hold is None else SENTENCES[hold]

    return still_wanted


def _standing(
    session: Session, installation: Installation, person: Prospect, alert: Alert, known: Known, now: datetime
) -> Standing:
    deals = known.deals(person)
    emails = [person.email] if person.email else []
    wishes = suppressed_kinds(session, installation.signer, emails).get(person.email or "", set())
    reader = session.get(User, alert.user_id) if alert.user_id is not None else None
    return Standing.of(
        [each.deal for each in deals if each.theirs],
        {each.deal.status for each in deals} - {DealStatus.LOST},
        wishes,
        FOR_GOOD
        if left_alone(session, [person.id])
        else quiet_until(
            [outcome for outcome, _ in known.outcomes(person)],
            now,
            ZoneInfo(reader.time_zone if reader else "UTC"),
            policy_in_force(installation, session).spoke_quiet,
        ),
    )
