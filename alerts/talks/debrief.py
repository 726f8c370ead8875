"""A rep's own look back at a lost deal: theirs and their manager's to read, and nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from alerts.models import Debrief
from alerts.talks.post_mortem import UNSEEN, ChangedError
from alerts.talks.questions import Answer, Question
from tracker.audit import What, by_user, note
from tracker.models import User
from tracker.words import Thing

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.people.scope import Scope


class LookBack(NamedTuple):
    """What a rep says of themselves; questions that are not answered are left out."""

    answers: Mapping[Question, Answer]
    note: str = ""

    @classmethod
    def of(cls, row: Debrief | None) -> LookBack:
        """Read what is stored."""
        if row is None:
            return cls({})
        asked, known = set(Question), set(Answer)
        answers = {
            Question(name): Answer(said)
            for name, said in row.answers.items()
            if name in asked and said in known
        }
        return cls(answers, row.note)


class Told(NamedTuple):
    """A debrief as its readers see it."""

    who: str
    row: Debrief
    look: LookBack


def own(session: Session, deal_id: int, user_id: int, *, lock: bool = False) -> Debrief | None:
    """Give somebody's own."""
    wanted = select(Debrief).where(Debrief.deal_id == deal_id, Debrief.user_id == user_id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalar(wanted)


def debriefed_by(session: Session, user_id: int, deal_ids: Collection[int]) -> set[int]:
    """Give those of these deals on which somebody looked back."""
    wanted = select(Debrief.deal_id).where(Debrief.user_id == user_id, Debrief.deal_id.in_(deal_ids))
    return set(session.scalars(wanted))


def debriefs_within(session: Session, deal_id: int, scope: Scope) -> Sequence[Told]:
    """Give those of a deal that somebody may read: their own, and a manager those of their team."""
    rows = session.execute(
        select(User.name, Debrief)
        .join(User, User.id == Debrief.user_id)
        .where(Debrief.deal_id == deal_id, Debrief.user_id.in_(scope.users()))
        .order_by(Debrief.id)
    )
    return [Told(name, row, LookBack.of(row)) for name, row in rows]


def save(session: Session, deal_id: int, user_id: int, look: LookBack, seen: int, now: datetime) -> None:
    """Keep one's own, whose writer saw version `seen`.

    Raises:
        ChangedError: one wrote it elsewhere meanwhile, and it says something else.

    """
    row = own(session, deal_id, user_id, lock=True)
    if look == LookBack.of(row):
        return
    if (row.version if row else UNSEEN) != seen:
        msg = "You changed this elsewhere meanwhile"
        raise ChangedError(msg)
    if row is None:
        row = Debrief(deal_id=deal_id, user_id=user_id, version=UNSEEN, at=now)
        session.add(row)
    row.answers = {str(question): str(answer) for question, answer in look.answers.items()}
    row.note, row.changed_at, row.version = look.note, now, row.version + 1
    session.flush()
    # That it was written, and nothing of what: the log is read by others than rep and manager.
    note(session, by_user(user_id), "change", What(Thing.DEBRIEF, row.id), now)
