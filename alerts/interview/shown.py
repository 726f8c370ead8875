"""One person's interviews as those who ask see them: how each stands, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.interview.opened import Answer, Standing, standing_of
from alerts.interview.questions import Loss, Topic, questions
from alerts.plain import plain, printable
from tracker.models import Deal, Interview, InterviewAnswer, User, deal_prospects
from tracker.words import DealStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

NAME = 80
_ORDER = tuple(Topic)
LABELS: Mapping[Topic, str] = MappingProxyType(
    {
        Topic.REASON: "Primary reason",
        Topic.BENEFITS: "What the other had",
        Topic.SELLER: "The salesperson",
        Topic.RIGHT: "What we did right",
        Topic.HELPER: "Who helped them there",
        Topic.HELPED: "What that person did",
        Topic.LOOKED_AT: "Who else they looked at",
        Topic.ADVICE: "Advice to us",
        Topic.WILLING: "To hear from us again",
    }
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One interview."""

    interview: Interview
    deal: str
    """How the deal is called."""
    asker: str
    standing: Standing
    asked: int
    """How many questions."""
    answers: Sequence[tuple[str, Answer]]
    """In the order of the questions, each with what it is about."""

    @property
    def is_open(self) -> bool:
        """Its links work."""
        return self.standing is Standing.OPEN


def interviews_of(session: Session, prospect_id: int, company: str, now: datetime) -> tuple[Asked, ...]:
    """Give somebody's interviews, the newest first."""
    rows = session.execute(
        select(Interview, Deal, User.name)
        .join(Deal, Deal.id == Interview.deal_id)
        .join(User, User.id == Interview.made_by)
        .where(Interview.prospect_id == prospect_id)
        .order_by(Interview.id.desc())
    ).all()
    given = _answers(session, prospect_id)
    return tuple(
        Asked(
            interview=interview,
            deal=deal_name(deal),
            asker=plain(interview.asker or name, NAME),
            standing=standing_of(interview, deal.status, now),
            asked=len(questions(Loss(deal.outcome, deal.product, deal.competitor, company))),
            answers=[
                (LABELS[topic], given[interview.id][topic])
                for topic in _ORDER
                if topic in given.get(interview.id, {}) and given[interview.id][topic].text
            ],
        )
        for interview, deal, name in rows
    )


def lost_deals(session: Session, prospect_id: int) -> Sequence[Deal]:
    """Give the deals somebody may be asked about, the latest lost first."""
    return session.scalars(
        select(Deal)
        .join(deal_prospects, deal_prospects.c.deal_id == Deal.id)
        .where(deal_prospects.c.prospect_id == prospect_id, Deal.status == DealStatus.LOST)
        .order_by(Deal.closed_on.is_(None), Deal.closed_on.desc(), Deal.id.desc())
    ).all()


def deal_name(deal: Deal) -> str:
    """Call a deal by its title, or its product."""
    return plain(deal.title or deal.product, NAME) or f"Deal {deal.id}"


def _answers(session: Session, prospect_id: int) -> dict[int, dict[Topic, Answer]]:
    rows = session.scalars(
        select(InterviewAnswer)
        .join(Interview, Interview.id == InterviewAnswer.interview_id)
        .where(Interview.prospect_id == prospect_id)
    )
    given: dict[int, dict[Topic, Answer]] = {}
    for row in rows:
        answer = Answer(printable(row.text), row.version, row.at, row.keyed)
        given.setdefault(row.interview_id, {})[Topic(row.question)] = answer
    return given
