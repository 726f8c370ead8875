"""Interviews are made, taken back, made again, and their answers discarded; all of it is on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from alerts.interview.addresses import MOST_DAYS, USUAL_DAYS
from alerts.interview.opened import Standing, standing_of
from alerts.plain import plain
from tracker.audit import What, note
from tracker.errors import PlainError
from tracker.findings import learn
from tracker.models import Deal, Interview, InterviewAnswer, OfferConsent
from tracker.signing import new_key
from tracker.words import DealStatus, FindingSource, Thing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.audit import Actor

KEY_LENGTH = 16
WORDS = 200
"""Characters of the interviewer's name, and of the gift's."""


class MakingError(PlainError):
    """It cannot be made; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is asked about which deal by whom, for how long, and what for a thank-you."""

    deal_id: int
    prospect_id: int
    asker: str = ""
    """The independent interviewer's name; empty: who makes it asks."""
    gift: str = ""
    days: int = USUAL_DAYS


def read_days(text: str) -> int:
    """Read for how many days the links are good.

    Raises:
        MakingError: it is no such number.

    """
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= len(str(MOST_DAYS))):
        digits = "0"
    if not 1 <= int(digits) <= MOST_DAYS:
        msg = f"Write a number of days from 1 to {MOST_DAYS}"
        raise MakingError(msg)
    return int(digits)


def make_interview(session: Session, who: Actor, user_id: int, plan: Plan, now: datetime) -> Interview:
    """Make one, for a person who is held.

    Raises:
        MakingError: the deal is not lost, or they are asked about it already.

    """
    deal = session.get_one(Deal, plan.deal_id)
    if deal.status is not DealStatus.LOST:
        msg = "This deal is not lost any more, so there is nothing to ask: choose another"
        raise MakingError(msg)
    same = select(Interview).where(
        Interview.prospect_id == plan.prospect_id, Interview.deal_id == plan.deal_id
    )
    if any(standing_of(one, deal.status, now) is Standing.OPEN for one in session.scalars(same)):
        msg = "They are asked about this deal already: take that interview back first, or use its links"
        raise MakingError(msg)
    made = Interview(
        key=new_key(KEY_LENGTH),
        deal_id=plan.deal_id,
        prospect_id=plan.prospect_id,
        made_by=user_id,
        made_at=now,
        asker=plain(plan.asker, WORDS),
        gift=plain(plan.gift, WORDS),
        expires_at=now + timedelta(days=plan.days),
    )
    session.add(made)
    session.flush()
    told = {"deal_id": plan.deal_id, "days": plan.days, "independent": bool(made.asker)}
    told["gift"] = bool(made.gift)
    note(session, who, "add", What(Thing.INTERVIEW, made.id, after=told), now)
    return made


def end_interview(session: Session, who: Actor, interview: Interview, now: datetime) -> None:
    """Take it back: its links open nothing any more; what was answered stays. Once is enough."""
    if interview.ended_at is None:
        interview.ended_at = now
        note(session, who, "take back", What(Thing.INTERVIEW, interview.id), now)


def discard_answers(session: Session, who: Actor, interview: Interview, now: datetime) -> None:
    """Take it back with all that it told: answers, findings, and a yes that it gave."""
    end_interview(session, who, interview, now)
    gone = delete(InterviewAnswer).where(InterviewAnswer.interview_id == interview.id)
    session.execute(gone, execution_options={"synchronize_session": False})
    learn(session, interview.deal_id, interview.prospect_id, FindingSource.INTERVIEW, interview.id, (), now)
    session.execute(
        update(OfferConsent)
        .where(
            OfferConsent.prospect_id == interview.prospect_id,
            OfferConsent.revoked_at.is_(None),
            OfferConsent.source.startswith(f"interview {interview.id},"),
        )
        .values(revoked_at=now),
        execution_options={"synchronize_session": False},
    )
    interview.started_at = interview.finished_at = interview.willing = None
    note(session, who, "discard the answers", What(Thing.INTERVIEW, interview.id), now)
