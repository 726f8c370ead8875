"""Done today: what was reported, and can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.models import Outcome
from alerts.plain import plain
from alerts.today.lead import NAMELESS
from alerts.today.look import NAME_LENGTH, begin_of_day
from alerts.words import OutcomeKind
from tracker.models import Prospect, User

if TYPE_CHECKING:
    from datetime import date, datetime

    from alerts.today.look import Look

MOST_DONE = 50
"""Reports shown of a day; nobody makes more."""
NOTE_LENGTH = 240


@dataclass(frozen=True, slots=True)
class Done:
    """A report of today."""

    outcome_id: int
    prospect_id: int
    name: str
    kind: OutcomeKind
    at: datetime
    note: str
    call_back_on: date | None
    by: str
    mine: bool


def done_today(look: Look) -> tuple[Done, ...]:
    """Give what these users reported today and what stands of it, newest first. One query."""
    rows = look.session.execute(
        select(Outcome, Prospect, User.name)
        .join(Prospect, Prospect.id == Outcome.prospect_id)
        .join(User, User.id == Outcome.user_id)
        .where(
            Outcome.user_id.in_(look.scope.users()),
            Outcome.at >= begin_of_day(look),
            Outcome.undone_at.is_(None),
            Outcome.kind != OutcomeKind.CALLING,
        )
        .order_by(Outcome.at.desc(), Outcome.id.desc())
        .limit(MOST_DONE)
    )
    return tuple(
        Done(
            one.id,
            person.id,
            plain(person.name or person.email or "", NAME_LENGTH) or NAMELESS,
            one.kind,
            one.at,
            plain(one.note, NOTE_LENGTH),
            one.call_back_on,
            plain(name, NAME_LENGTH),
            one.user_id == look.user_id,
        )
        for one, person, name in rows
    )
