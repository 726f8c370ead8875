"""What debriefs and interviews about losses of twelve months come to, as sums."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.interview.questions import Topic
from alerts.models import Debrief
from alerts.review.losses import lost_within
from alerts.talks.questions import Answer, Question
from tracker.models import Deal, Interview, InterviewAnswer
from tracker.words import FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

    from alerts.review.asked import Asked
    from alerts.review.rows import Loss, Said

FEWEST = 3
"""Debriefs that a sum takes, and for readers who may not see them one by one: reps that wrote them. A debrief
is between a rep and their manager; a sum of one or two would tell whose it is.
"""
MOST_HELPERS = 10


@dataclass(frozen=True, slots=True)
class Debriefs:
    """Sums of debriefs."""

    number: int
    answers: Mapping[Question, Mapping[Answer, int]]
    by_rep: Mapping[int, Mapping[Answer, int]]
    """All answers of one rep; for who is their manager alone."""
    count_by_rep: Mapping[int, int]

    def may_be_shown(self, *, to_manager: bool) -> bool:
        """Tell whether the sums tell on nobody; a manager may see each of them anyway."""
        enough = self.number >= FEWEST
        return enough and (to_manager or len(self.by_rep) >= FEWEST)


@dataclass(frozen=True, slots=True)
class Interviews:
    """Sums of interviews that were answered, in part or in full."""

    number: int
    finished: int
    willing: int
    unwilling: int
    answers: Mapping[Topic, int]
    """How many answered each question."""
    helpers: tuple[tuple[str, int], ...]
    """Who helped them there, as they wrote it, and how often."""


def debriefs(session: Session, asked: Asked) -> Debriefs:
    """Add up the debriefs of reps within reach; one query."""
    rows = session.execute(
        select(Debrief.user_id, Debrief.answers)
        .join(Deal, Deal.id == Debrief.deal_id)
        .where(*lost_within(asked))
    )
    sums: dict[Question, Counter[Answer]] = {question: Counter() for question in Question}
    by_rep: dict[int, Counter[Answer]] = defaultdict(Counter)
    number: Counter[int] = Counter()
    for user_id, answers in rows:
        if not asked.is_theirs(user_id):
            continue
        number[user_id] += 1
        for question, answer in answers.items():
            if question in set(Question) and answer in set(Answer):
                sums[Question(question)][Answer(answer)] += 1
                by_rep[user_id][Answer(answer)] += 1
    return Debriefs(number.total(), sums, {user_id: by_rep[user_id] for user_id in number}, number)


def interviews(session: Session, asked: Asked, losses: Iterable[Loss], said: Iterable[Said]) -> Interviews:
    """Add up the interviews about these losses; one query."""
    rows = session.execute(
        select(
            Interview.id,
            Interview.deal_id,
            Interview.finished_at.is_not(None),
            Interview.willing,
            InterviewAnswer.question,
        )
        .join(Deal, Deal.id == Interview.deal_id)
        .join(InterviewAnswer, InterviewAnswer.interview_id == Interview.id)
        .where(*lost_within(asked), Interview.started_at.is_not(None))
    )
    known = {loss.deal_id for loss in losses}
    seen: dict[int, tuple[bool, bool | None]] = {}
    answers: Counter[Topic] = Counter()
    for interview_id, deal_id, finished, willing, question in rows:
        if deal_id in known:
            seen[interview_id] = bool(finished), willing
            if question in set(Topic):
                answers[Topic(question)] += 1
    helpers = Counter(
        one.text for one in said if one.kind is FindingKind.HELPER and one.text and one.deal_id in known
    )
    return Interviews(
        number=len(seen),
        finished=sum(finished for finished, _ in seen.values()),
        willing=sum(willing is True for _, willing in seen.values()),
        unwilling=sum(willing is False for _, willing in seen.values()),
        answers=answers,
        helpers=tuple(helpers.most_common(MOST_HELPERS)),
    )
