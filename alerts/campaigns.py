"""What came of a campaign's visits: who was told of them, and what was reported. In people, not in alerts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, select, true

from alerts.models import Alert, Outcome
from alerts.words import Decision, OutcomeKind
from tracker.models import Visit

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

WON = frozenset({OutcomeKind.WON_BACK})
REOPENED = WON | {OutcomeKind.REOPENED}
SPOKE = REOPENED | {OutcomeKind.SPOKE, OutcomeKind.CALL_BACK, OutcomeKind.STOP}
"""Reports of a talk; each step holds those of the next ones, whatever was left unreported between."""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """People of one campaign, by how far it went with them."""

    told: int = 0
    """Somebody was told of a visit, by a mail of its own or in a digest."""
    called: int = 0
    """Of those, by a mail of its own: call now."""
    spoke: int = 0
    reopened: int = 0
    won: int = 0
    alerts: int = 0
    """Told of all these people."""


def aftermath(session: Session, campaigns: Collection[int]) -> dict[int, Aftermath]:
    """Count for each of these campaigns; who led to no alert that was told is left out. One query.

    What was undone does not count. What was reported on another visit's alert is that one's.
    """
    rows = session.execute(
        select(
            Visit.campaign_id,
            _people(true()),
            _people(Alert.decision == Decision.CALL),
            _people(Outcome.kind.in_(SPOKE)),
            _people(Outcome.kind.in_(REOPENED)),
            _people(Outcome.kind.in_(WON)),
            func.count(Alert.id.distinct()),
        )
        .join(Alert, Alert.visit_id == Visit.id)
        .outerjoin(Outcome, and_(Outcome.alert_id == Alert.id, Outcome.undone_at.is_(None)))
        .where(Visit.campaign_id.in_(campaigns), Alert.sent_at.is_not(None))
        .group_by(Visit.campaign_id)
    )
    return {campaign_id: Aftermath(*counts) for campaign_id, *counts in rows if campaign_id is not None}


def _people(those: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((those, Alert.prospect_id)).distinct())
