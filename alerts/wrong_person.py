"""The outcome *wrong person*: the browser is somebody else's, and undoing it gives the browser back.

The person goes on ringing from their other browsers; what was done in this one stays on record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.models import Alert, Outcome
from alerts.words import OutcomeKind
from tracker.browsers import bind_again, hold, unbind
from tracker.models import Browser, Visit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


def hold_browser(session: Session, alert_id: int) -> Browser | None:
    """Hold the people of the browser behind an alert, its visits, and its alerts, until the commit.

    To be asked before the alert itself is held, for that is the order of locks. Gives the browser; None: the
    alert is gone.
    """
    browser_id = session.scalar(
        select(Visit.browser_id).join(Alert, Alert.visit_id == Visit.id).where(Alert.id == alert_id)
    )
    browsers = hold(session, Browser.id == browser_id)
    session.execute(
        select(Visit.id)
        .where(Visit.browser_id == browser_id)
        .order_by(Visit.id)
        .with_for_update(key_share=True)
    )
    session.execute(
        select(Alert.id)
        .join(Visit, Visit.id == Alert.visit_id)
        .where(Visit.browser_id == browser_id)
        .order_by(Alert.id)
        .with_for_update(of=Alert)
    )
    return browsers[0] if browsers else None


def put_wrong_person(session: Session, alert: Alert, browser: Browser, now: datetime) -> bool:
    """Unbind a held browser from the alert's prospect, and close what nobody was told of its visits yet.

    False when that was reported before.
    """
    if not unbind(session, browser, alert.prospect_id, now):
        return False
    for other in _alerts_in(session, browser, alert.prospect_id):
        if other.closed_at is None and other.sent_at is None and other.claimed_at is None:
            other.closed_at = now
    return True


def lift_wrong_person(session: Session, outcome: Outcome, browser: Browser) -> bool:
    """Give a held browser's visits back to the prospect of an undone report, and open what reports closed.

    So the browser, unless somebody else's link made it another's. False when another report of it stands.
    """
    reports = _reports_on(session, browser, outcome.prospect_id)
    if any(report.undone_at is None for report in reports):
        return False
    if not bind_again(session, browser, outcome.prospect_id):
        return False
    alerts = _alerts_in(session, browser, outcome.prospect_id)
    answered = set(
        session.scalars(
            select(Outcome.alert_id)
            .where(Outcome.alert_id.in_([alert.id for alert in alerts]), Outcome.undone_at.is_(None))
            .where(Outcome.kind != OutcomeKind.CALLING)
        )
    )
    moments = {report.at for report in reports}
    for alert in alerts:
        if alert.closed_at in moments and alert.id not in answered:
            alert.closed_at = None
    return True


def _alerts_in(session: Session, browser: Browser, prospect_id: int) -> Sequence[Alert]:
    return session.scalars(
        select(Alert)
        .join(Visit, Visit.id == Alert.visit_id)
        .where(Visit.browser_id == browser.id, Alert.prospect_id == prospect_id)
        .order_by(Alert.id)
    ).all()


def _reports_on(session: Session, browser: Browser, prospect_id: int) -> Sequence[Outcome]:
    """Give every report that this browser is not this prospect's, those undone as well."""
    return session.scalars(
        select(Outcome)
        .join(Alert, Alert.id == Outcome.alert_id)
        .join(Visit, Visit.id == Alert.visit_id)
        .where(
            Visit.browser_id == browser.id,
            Outcome.prospect_id == prospect_id,
            Outcome.kind == OutcomeKind.WRONG_PERSON,
        )
    ).all()
