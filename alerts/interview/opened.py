"""An interview as its link opens it: what is asked, what was answered so far, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from alerts.interview.questions import Loss, Topic, questions
from alerts.plain import plain
from tracker.models import Account, Deal, Interview, InterviewAnswer, Prospect, User
from tracker.words import DealStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.interview.questions import Question

NAME = 80
"""Characters of a name on the page."""
_STAYS: Any = {"read": True, "key_share": True}
"""How a row is held that must not be deleted meanwhile; anybody may change it."""


class Standing(StrEnum):
    """Whether answers are still taken."""

    OPEN = "open"
    EXPIRED = "expired"
    ENDED = "ended"
    """It was taken back."""
    SETTLED = "settled"
    """The deal is open again, or won: there is nothing to ask any more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it stands."""

    text: str
    version: int
    at: datetime
    keyed: bool
    """The interviewer typed it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the page of an interview is made of."""

    id: int
    key: str
    prospect_id: int
    deal_id: int
    asked: tuple[Question, ...]
    answers: Mapping[Topic, Answer]
    willing: bool | None
    asker: str
    """Who asks, by name."""
    independent: bool
    """The one who asks is none of ours."""
    gift: str
    made_at: datetime
    expires_at: datetime
    finished_at: datetime | None
    is_settled: bool
    """Nothing is asked any more: the deal is open again, or won."""
    called: str
    """The prospect and their company: for the interviewer's eyes only."""

    def has(self, topic: Topic) -> bool:
        """Whether that was answered."""
        if topic is Topic.WILLING:
            return self.willing is not None
        return topic in self.answers and bool(self.answers[topic].text)

    @property
    def answered(self) -> int:
        """How many of what is asked were."""
        return sum(self.has(one.topic) for one in self.asked)

    @property
    def next(self) -> Question | None:
        """The question to go on with: the first after the last that was answered; None: none is left."""
        given = [place for place, one in enumerate(self.asked) if self.has(one.topic)]
        rest = self.asked[given[-1] + 1 :] if given else self.asked
        return rest[0] if rest else None


def standing_of(interview: Interview, status: DealStatus, now: datetime) -> Standing:
    """Say whether an interview still takes answers."""
    if interview.ended_at is not None:
        return Standing.ENDED
    if interview.expires_at <= now:
        return Standing.EXPIRED
    return Standing.OPEN if status is DealStatus.LOST else Standing.SETTLED


def open_interview(session: Session, key: str, company: str, now: datetime) -> Opened | None:
    """Read the interview of this key; None where there is none, or it is over. `company` is ours, by name.

    Of one that is over no more is read than of none: nobody can tell them apart by the time it takes (S6).
    """
    row = session.execute(
        select(Interview, Deal, Prospect.name, Account.name.label("firm"), User.name.label("maker"))
        .join(Deal, Deal.id == Interview.deal_id)
        .join(Prospect, Prospect.id == Interview.prospect_id)
        .join(User, User.id == Interview.made_by)
        .outerjoin(Account, Account.id == Prospect.account_id)
        .where(Interview.key == key)
    ).one_or_none()
    if row is None:
        return None
    interview, deal = row.Interview, row.Deal
    standing = standing_of(interview, deal.status, now)
    if standing in (Standing.ENDED, Standing.EXPIRED):
        return None
    loss = Loss(deal.outcome, deal.product, deal.competitor, company)
    return Opened(
        id=interview.id,
        key=interview.key,
        prospect_id=interview.prospect_id,
        deal_id=interview.deal_id,
        asked=questions(loss),
        answers=answers_of(session, interview.id),
        willing=interview.willing,
        asker=plain(interview.asker or row.maker, NAME),
        independent=bool(interview.asker),
        gift=plain(interview.gift, len(interview.gift)),
        made_at=interview.made_at,
        expires_at=interview.expires_at,
        finished_at=interview.finished_at,
        is_settled=standing is Standing.SETTLED,
        called=plain(", ".join(filter(None, (row.name, row.firm))), 2 * NAME),
    )


def hold_interview(session: Session, key: str, company: str, now: datetime) -> Opened | None:
    """Read it and keep others from writing it: the person and the deal are held first, as by an erasure."""
    ids = select(Interview.prospect_id, Interview.deal_id, Interview.id).where(Interview.key == key)
    row = session.execute(ids).one_or_none()
    if row is None:
        return None
    session.execute(select(Prospect.id).where(Prospect.id == row.prospect_id).with_for_update(**_STAYS))
    session.execute(select(Deal.id).where(Deal.id == row.deal_id).with_for_update(**_STAYS))
    session.execute(select(Interview.id).where(Interview.id == row.id).with_for_update())
    return open_interview(session, key, company, now)


def answers_of(session: Session, interview_id: int) -> Mapping[Topic, Answer]:
    """Give the answers of an interview by what they are about."""
    rows = session.scalars(select(InterviewAnswer).where(InterviewAnswer.interview_id == interview_id))
    return MappingProxyType(
        {Topic(row.question): Answer(row.text, row.version, row.at, row.keyed) for row in rows}
    )
