"""What came of a follow-up: reported by a rep, and taken back. The next one is worked out at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, or_, select, true

from alerts.followups.agenda import plan, staff_of
from alerts.ground import ClosedError, NotYoursError, OutcomeError
from alerts.models import FollowUp
from alerts.outcome import checked_day, clean_note
from alerts.words import FollowUpKind, FollowUpResult
from tracker.models import Prospect, User
from tracker.people.rights import Reach

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from tracker.people.scope import Scope

OF_LETTERS = frozenset({FollowUpResult.SENT, FollowUpResult.SKIPPED})
OF_TALKS = frozenset(FollowUpResult) - {FollowUpResult.SENT}


@dataclass(frozen=True, slots=True)
class Report:
    """What a rep says came of it."""

    result: FollowUpResult
    note: str = ""
    call_back_on: date | None = None


def follow_ups_within(scope: Scope) -> ColumnElement[bool]:
    """Say which follow-ups are in reach: those of these users, and those about people of theirs."""
    if scope.is_all:
        return true()
    theirs = select(Prospect.id).where(Prospect.id == FollowUp.prospect_id, scope.each())
    own = FollowUp.user_id.in_(scope.users())
    return own if scope.reach is Reach.NONE else or_(own, theirs.exists())


def record(
    session: Session,
    follow_up_id: int,
    reporter: User,
    within: ColumnElement[bool],
    report: Report,
    now: datetime,
) -> FollowUp:
    """Note what came of it; the next one is there before the transaction ends.

    Raises:
        NotYoursError: there is none of this id `within` reach.
        ClosedError: somebody was faster; it says who.
        OutcomeError: that cannot come of it, or the day of the call cannot be.

    """
    row = session.scalar(select(FollowUp).where(FollowUp.id == follow_up_id, within).with_for_update())
    if row is None:
        raise NotYoursError
    if row.done_at is not None:
        who = session.scalar(select(User.name).where(User.id == row.done_by))
        msg = f"{who or 'Somebody'} has done this already"
        raise ClosedError(msg)
    _check(row, report, now.astimezone(ZoneInfo(reporter.time_zone)).date())
    row.done_at, row.done_by = now, reporter.id
    row.result, row.note = report.result, clean_note(report.note)
    row.call_back_on = report.call_back_on if report.result is FollowUpResult.CALL_BACK else None
    session.flush()
    _plan_anew(session, row.prospect_id, now)
    return row


def take_back(session: Session, follow_up_id: int, reporter_id: int, now: datetime) -> FollowUp:
    """Open one's own again, as if nothing had been reported.

    Raises:
        NotYoursError: nothing of theirs was reported here.

    """
    mine = (FollowUp.id == follow_up_id, FollowUp.done_by == reporter_id, FollowUp.done_at.is_not(None))
    row = session.scalar(select(FollowUp).where(*mine).with_for_update())
    if row is None:
        raise NotYoursError
    # What followed on it follows no more.
    later = (FollowUp.deal_id == row.deal_id, FollowUp.done_at.is_(None))
    session.execute(delete(FollowUp).where(*later).execution_options(synchronize_session=False))
    row.done_at = row.done_by = row.result = row.call_back_on = None
    row.note = ""
    session.flush()
    _plan_anew(session, row.prospect_id, now)
    return row


def _check(row: FollowUp, report: Report, today: date) -> None:
    fitting = OF_LETTERS if row.kind is FollowUpKind.THANK_YOU else OF_TALKS
    if report.result not in fitting:
        msg = f"“{report.result}” cannot come of this; use the buttons beside it"
        raise OutcomeError(msg)
    if report.result is FollowUpResult.CALL_BACK:
        checked_day(report.call_back_on, today)


def _plan_anew(session: Session, prospect_id: int, now: datetime) -> None:
    account_id = session.scalar(select(Prospect.account_id).where(Prospect.id == prospect_id))
    which = Prospect.id == prospect_id if account_id is None else Prospect.account_id == account_id
    plan(session, which, staff_of(session, now, which))
