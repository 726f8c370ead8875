"""What people changed of a person's record, for those who may read the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_

from alerts.plain import printable
from tracker.among import among
from tracker.audit import entries
from tracker.models import AuditEntry
from tracker.words import Thing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.dossier import Dossier

MOST_CHANGES = 50
"""Changes read of one person, the latest; the audit log has them all."""


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed what, and when; what it was before and after stands in the audit log."""

    at: datetime
    who: str
    verb: str
    thing: str
    names: tuple[str, ...]


def changes_of(session: Session, person: Dossier) -> tuple[Change, ...]:
    """Read what was changed of a person, and of the deals that they are in."""
    deals = [deal.id for deal in person.deals if deal.theirs]
    theirs = or_(
        and_(AuditEntry.thing == Thing.PROSPECT, AuditEntry.thing_id == person.prospect_id),
        and_(AuditEntry.thing == Thing.DEAL, among(AuditEntry.thing_id, deals)),
    )
    return tuple(
        Change(
            one.entry.at,
            printable(one.who),
            printable(one.entry.verb),
            str(one.entry.thing),
            tuple(
                sorted({printable(field).replace("_", " ") for field in one.entry.before | one.entry.after})
            ),
        )
        for one in entries(session, MOST_CHANGES, theirs)
    )
