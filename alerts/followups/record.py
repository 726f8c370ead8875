"""What came of a follow-up: reported by a rep, and taken back. The next one is worked out at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, or_, select, true

from alerts.followups.agenda import plan, staff_of, take_turn
from alerts.ground import ClosedError, NotYoursError, OutcomeError
from alerts.models import FollowUp
from alerts.outcome import checked_day, clean_note
from alerts.stops import lift_stop, put_stop, stop_source
from alerts.words import FollowUpKind, FollowUpResult
from tracker.audit import What, by_user, note_change
from tracker.models import Deal, Prospect, User
from tracker.people.rights import Reach
from tracker.words import Thing

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from tracker.people.scope import Scope
    from tracker.signing import Signer
    from tracker.words import SuppressionKind

HOT_AHEAD = timedelta(days=3 * 365)
"""Nobody's project is longer in the making."""
OF_LETTERS = frozenset({FollowUpResult.SENT, FollowUpResult.SKIPPED, FollowUpResult.STOP})
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
    take_turn(session)
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


def record_stop(
    session: Session,
    signer: Signer,
    row: FollowUp,
    wishes: Collection[SuppressionKind],
    now: datetime,
) -> None:
    """Heed what they asked for when a *stop* was recorded at this moment; what was planned goes with it.

    Raises:
        OutcomeError: no wish was named.

    """
    if not wishes:
        msg = "Tick what is to stop: calls, mails, or recognising them on the website."
        raise OutcomeError(msg)
    put_stop(session, signer, row.prospect_id, wishes, _source(row), now)
    _plan_anew(session, row.prospect_id, now)


def take_back(session: Session, follow_up_id: int, reporter_id: int, now: datetime) -> FollowUp:
    """Open one's own again, as if nothing had been reported.

    Raises:
        NotYoursError: nothing of theirs was reported here.

    """
    mine = (FollowUp.id == follow_up_id, FollowUp.done_by == reporter_id, FollowUp.done_at.is_not(None))
    take_turn(session)
    row = session.scalar(select(FollowUp).where(*mine).with_for_update())
    if row is None:
        raise NotYoursError
    if row.result is FollowUpResult.STOP and row.done_at is not None:
        lift_stop(session, row.prospect_id, _source(row), row.done_at)
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


def _source(row: FollowUp) -> str:
    return stop_source(row.id, "follow-up")


def _plan_anew(session: Session, prospect_id: int, now: datetime) -> None:
    account_id = session.scalar(select(Prospect.account_id).where(Prospect.id == prospect_id))
    which = Prospect.id == prospect_id if account_id is None else Prospect.account_id == account_id
    plan(session, which, staff_of(session, now, which))


def heat(
    session: Session,
    follow_up_id: int,
    within: ColumnElement[bool],
    user_id: int,
    until: date | None,
    now: datetime,
) -> None:
    """Note until when a rep holds their project to be hot; None: half a year, as with everybody.

    Raises:
        NotYoursError: there is none of this id `within` reach.
        OutcomeError: nobody knows as much about that day.

    """
    take_turn(session)
    row = session.scalar(select(FollowUp).where(FollowUp.id == follow_up_id, within).with_for_update())
    if row is None:
        raise NotYoursError
    if until is not None and until > now.date() + HOT_AHEAD:
        msg = f"Write a day within {HOT_AHEAD // timedelta(days=365)} years"
        raise OutcomeError(msg)
    deal = session.get_one(Deal, row.deal_id)
    before, deal.hot_until = deal.hot_until, until
    told = What(Thing.DEAL, deal.id, {"hot_until": str(before or "")}, {"hot_until": str(until or "")})
    note_change(session, by_user(user_id), "change", told, now)
    _plan_anew(session, row.prospect_id, now)
