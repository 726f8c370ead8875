"""Counts of what was decided and what became of it, for `ringback stats`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from alerts.models import Alert, Message, Outcome
from tracker.stats import Section

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def sections(session: Session) -> list[Section]:
    """Count alerts by decision and its name, mails by state, outcomes by kind."""
    decided = session.execute(
        select(Alert.decision, Alert.why, func.count()).group_by(Alert.decision, Alert.why)
    )
    mailed = session.execute(
        select(Message.kind, Message.state, func.count()).group_by(Message.kind, Message.state)
    )
    reported = session.execute(
        select(Outcome.kind, func.count()).where(Outcome.undone_at.is_(None)).group_by(Outcome.kind)
    )
    return [
        Section(
            "Alerts by decision", tuple(sorted((f"{what}: {why}", count) for what, why, count in decided))
        ),
        Section(
            "Mails by state", tuple(sorted((f"{kind}: {state}", count) for kind, state, count in mailed))
        ),
        Section("Outcomes", tuple(sorted((kind.value.replace("_", " "), count) for kind, count in reported))),
    ]
