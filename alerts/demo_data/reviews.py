"""Made-up minutes: what managers noted and decided in the reviews of the last months."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.models import Message, ReviewNote
from alerts.review.mailing import review_key
from alerts.words import MessageKind, MessageState, ReviewNoteKind
from tracker.calendar_month import Month
from tracker.models import User
from tracker.words import Role

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from sqlalchemy.orm import Session

MONTHS = 4
"""The last ones, of which each manager held a review."""
SAID = (
    "Price comes up first, but half of them name a second reason when asked again.",
    "Two of those who postponed have a new budget in spring.",
    "Nobody asked for the audit log before this month: let it stand as a single voice.",
)
DECIDED = (
    "Call those who chose the other for its roll-out, once theirs should be done",
    "Ask product for a day about single sign-on, with the list of who missed it",
    "Write down who else they looked at, in every talk about why",
    "Show the smaller plan before the price is asked for",
)
WEEKS_TO_DO = 3
MADE_UP = "ringback.example"
"""From where mails came that nobody ever sent."""


def fill_reviews(session: Session, random: Random, now: datetime) -> None:
    """Write down a few notes and decisions of each manager; older decisions are mostly done."""
    staff = session.scalars(select(User).where(User.left_at.is_(None)).order_by(User.id)).all()
    told = set(session.scalars(select(Message.user_id).where(Message.kind == MessageKind.REVIEW)))
    for manager in (user for user in staff if user.role is Role.MANAGER and user.id not in told):
        team = [user for user in staff if user.team_id == manager.team_id and user.role is Role.REP]
        latest = Month.of(now.date()).later(-1)
        session.add(_told(manager, latest, min(now, latest.ends(UTC) + timedelta(hours=9))))
        for back in range(MONTHS, 0, -1):
            month = Month.of(now.date()).later(-back)
            held = datetime.combine(month.end_day + timedelta(days=2), time(10), UTC)
            if held > now:
                continue
            session.add(_note(manager, month.first_day, held, random.choice(SAID)))
            doer = random.choice([*team, manager])
            decision = _note(manager, month.first_day, held, random.choice(DECIDED))
            decision.kind, decision.doer_id = ReviewNoteKind.DECISION, doer.id
            decision.until = (held + timedelta(weeks=WEEKS_TO_DO)).date()
            if back > 1 and random.random() < 0.7:  # noqa: PLR2004  (most are kept)
                decision.done_at = held + timedelta(days=random.randint(3, 20))
            session.add(decision)
    session.flush()


def _told(manager: User, month: Month, at: datetime) -> Message:
    """Give the mail that told them of it, so that none goes to an address that is made up."""
    return Message(
        dedupe_key=review_key(manager.id, month),
        kind=MessageKind.REVIEW,
        user_id=manager.id,
        day=month.first_day,
        mail_id=f"<review-{manager.id}-{month.slug}@{MADE_UP}>",
        state=MessageState.SENT,
        attempts=1,
        next_attempt_at=at,
        created_at=at,
        sent_at=at,
    )


def _note(manager: User, month: date, at: datetime, text: str) -> ReviewNote:
    return ReviewNote(month=month, kind=ReviewNoteKind.NOTE, text=text, user_id=manager.id, at=at)
