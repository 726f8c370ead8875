"""Goals and interests of a prospect: a sentence each, about a topic, until reached or given up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.audit import What, note
from tracker.errors import PlainError
from tracker.models import Goal, User
from tracker.models.goal import GOAL
from tracker.segments.filter import ANY
from tracker.topics import TopicError, read_topic
from tracker.words import GoalEnd, GoalKind, Thing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.audit import Actor

MOST = 30
"""Goals and interests of one person that are still theirs: nobody keeps more in mind."""
LISTED = 100
"""Of one person that a page shows: those still theirs first, then the newest."""


class GoalError(PlainError):
    """A goal cannot be noted as asked."""


@dataclass(frozen=True, slots=True)
class GoalWords:
    """What is said of a goal."""

    kind: GoalKind
    text: str
    topic: str
    """Empty: about nothing that content has."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A goal as it is read, and who noted it; empty: they said it themselves."""

    goal: Goal
    by: str


def read_goal(text: str) -> str:
    """Read the sentence that says what they want.

    Raises:
        GoalError: it is blank or too long.

    """
    words = " ".join(text.split())
    if not words or len(words) > GOAL:
        msg = f"Say it in a sentence of at most {GOAL} characters, like: Train new people in a week"
        raise GoalError(msg)
    return words


def read_goal_topic(text: str) -> str:
    """Read what it is about; blank is nothing in particular.

    Raises:
        tracker.topics.TopicError: it is too long, or the word for all of them.

    """
    topic = read_topic(text) if text.strip() else ""
    if topic == ANY:
        msg = f"Give it a topic of its own, or none: {ANY} stands for all of them in lists"
        raise TopicError(msg)
    return topic


def goals_of(session: Session, prospect_id: int) -> Sequence[Noted]:
    """Give somebody's goals and interests, those still theirs first, then the newest."""
    rows = session.execute(
        select(Goal, User.name)
        .outerjoin(User, User.id == Goal.user_id)
        .where(Goal.prospect_id == prospect_id)
        .order_by(Goal.ended_at.is_not(None), Goal.ended_at.desc(), Goal.id.desc())
        .limit(LISTED)
    )
    return [Noted(goal, name or "") for goal, name in rows]


def note_goal(session: Session, prospect_id: int, words: GoalWords, who: Actor, now: datetime) -> Goal:
    """Note one. The caller holds the prospect's row.

    Raises:
        GoalError: there are too many already.

    """
    wanted = select(func.count()).where(Goal.prospect_id == prospect_id, Goal.ended_at.is_(None))
    if (session.scalar(wanted) or 0) >= MOST:
        msg = f"They have {MOST} already: end those that do not count any more"
        raise GoalError(msg)
    goal = Goal(
        prospect_id=prospect_id,
        kind=words.kind,
        text=words.text,
        topic=words.topic,
        user_id=who.user_id,
        at=now,
        version=1,
    )
    session.add(goal)
    session.flush()
    _note(session, goal, who, f"note {_article(words.kind)}", now, after=_told(goal))
    return goal


def change_goal(session: Session, goal: Goal, words: GoalWords, who: Actor, now: datetime) -> bool:
    """Say something else of one; gives whether anything differs. The caller holds the prospect's row."""
    if (goal.kind, goal.text, goal.topic) == (words.kind, words.text, words.topic):
        return False
    before, was = _told(goal), goal.text
    goal.kind, goal.text, goal.topic = words.kind, words.text, words.topic
    goal.version += 1
    after = _told(goal) | ({"text": "…"} if goal.text != was else {})
    _note(session, goal, who, f"change {_article(words.kind)}", now, before, after)
    return True


def end_goal(session: Session, goal: Goal, ended: GoalEnd, who: Actor, now: datetime) -> bool:
    """Say that it was reached, or given up; gives whether it was still theirs. The caller holds their row."""
    if goal.ended_at is not None:
        return False
    goal.ended_at, goal.ended_as = now, ended
    goal.version += 1
    _note(session, goal, who, f"end {_article(goal.kind)}", now, after={"goal_id": goal.id, "ended": ended})
    return True


def take_up_goal(session: Session, goal: Goal, who: Actor, now: datetime) -> bool:
    """Say that it is theirs again; gives whether it had ended. The caller holds the prospect's row."""
    if goal.ended_at is None:
        return False
    goal.ended_at = goal.ended_as = None
    goal.version += 1
    _note(session, goal, who, f"take up {_article(goal.kind)} again", now, after={"goal_id": goal.id})
    return True


def _note(  # noqa: PLR0913, PLR0917  (who did what to which, and how)
    session: Session,
    goal: Goal,
    who: Actor,
    verb: str,
    now: datetime,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    note(session, who, verb, What(Thing.PROSPECT, goal.prospect_id, before, after), now)


def _told(goal: Goal) -> dict[str, object]:
    """Give what the record keeps of it: not their own words, for it outlives them."""
    return {"goal_id": goal.id, "kind": goal.kind, "topic": goal.topic}


def _article(kind: GoalKind) -> str:
    return f"an {kind}" if kind is GoalKind.INTEREST else f"a {kind}"
