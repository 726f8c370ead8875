"""Done today: what was reported, about visits and follow-ups alike, and can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, literal_column, null, select, union_all

from alerts.models import FollowUp, Outcome
from alerts.plain import plain
from alerts.today.lead import NAMELESS
from alerts.today.look import NAME_LENGTH, begin_of_day
from alerts.words import FOLLOW_UPS, LABELS, RESULTS, FollowUpKind, FollowUpResult, OutcomeKind
from tracker.models import Prospect, User

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Select

    from alerts.today.look import Look

MOST_DONE = 50
"""Reports shown of a day; nobody makes more."""
NOTE_LENGTH = 240


@dataclass(frozen=True, slots=True)
class Done:
    """A report of today."""

    number: int
    """Of the outcome, or of the follow-up."""
    is_follow_up: bool
    prospect_id: int
    name: str
    what: str
    """E.g. `Spoke`, or `Check-in: spoke`."""
    at: datetime
    note: str
    call_back_on: date | None
    by: str
    mine: bool


def done_today(look: Look) -> tuple[Done, ...]:
    """Give what these users reported today and what stands of it, newest first. One query."""
    begin, users = begin_of_day(look), look.scope.users()
    outcomes: Select[*tuple[Any, ...]] = select(
        literal_column("0").label("is_follow_up"),
        Outcome.id.label("number"),
        Outcome.prospect_id,
        cast(Outcome.kind, String).label("kind"),
        cast(null(), String).label("result"),
        Outcome.at,
        Outcome.note,
        Outcome.call_back_on,
        Outcome.user_id,
    ).where(
        Outcome.user_id.in_(users),
        Outcome.at >= begin,
        Outcome.undone_at.is_(None),
        Outcome.kind != OutcomeKind.CALLING,
    )
    follow_ups: Select[*tuple[Any, ...]] = select(
        literal_column("1"),
        FollowUp.id,
        FollowUp.prospect_id,
        cast(FollowUp.kind, String),
        cast(FollowUp.result, String),
        FollowUp.done_at,
        FollowUp.note,
        FollowUp.call_back_on,
        FollowUp.done_by,
    ).where(FollowUp.done_by.in_(users), FollowUp.done_at >= begin)
    done = union_all(outcomes, follow_ups).subquery()
    rows = look.session.execute(
        select(done, Prospect.name, Prospect.email, User.name.label("by"))
        .join(Prospect, Prospect.id == done.c.prospect_id)
        .join(User, User.id == done.c.user_id)
        .order_by(done.c.at.desc(), done.c.number.desc())
        .limit(MOST_DONE)
    )
    return tuple(
        Done(
            row.number,
            bool(row.is_follow_up),
            row.prospect_id,
            plain(row.name or row.email or "", NAME_LENGTH) or NAMELESS,
            _what(row.kind, row.result),
            row.at,
            plain(row.note, NOTE_LENGTH),
            row.call_back_on,
            plain(row.by, NAME_LENGTH),
            row.user_id == look.user_id,
        )
        for row in rows
    )


def _what(kind: str, result: str | None) -> str:
    if result is None:
        return LABELS[OutcomeKind(kind)]
    return f"{FOLLOW_UPS[FollowUpKind(kind)]}: {RESULTS[FollowUpResult(result)].lower()}"
