"""What a prospect told their rep about why they said no: kept as it is told, and learned from."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.models import PostMortem
from alerts.talks.questions import asks_who
from tracker.audit import What, by_user, note
from tracker.errors import PlainError
from tracker.findings import Learned, learn
from tracker.models import User
from tracker.words import FindingKind, FindingSource, ReasonKind, Thing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.talks.about import Talk

UNSEEN = 0
"""The version of what nobody has written yet."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What they said, in the order of the questions; blank: not asked, or not said."""

    chose: str = ""
    reason_kinds: tuple[ReasonKind, ...] = ()
    reasons: str = ""
    why_not_us: str = ""
    differently: str = ""
    project: str = ""
    outside_look: bool = False
    """They took up the offer."""

    @classmethod
    def of(cls, row: PostMortem | None) -> Answers:
        """Read what is stored."""
        if row is None:
            return cls()
        values = {one.name: getattr(row, one.name) for one in fields(cls)}
        known = set(ReasonKind)
        kinds = tuple(ReasonKind(kind) for kind in row.reason_kinds if kind in known)
        return cls(**values | {"reason_kinds": kinds})


class ChangedError(PlainError):
    """Somebody else wrote meanwhile; nothing was saved."""


def stored(session: Session, deal_id: int, *, lock: bool = False) -> PostMortem | None:
    """Give what is on record of a deal."""
    wanted = select(PostMortem).where(PostMortem.deal_id == deal_id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalar(wanted)


def stored_with_writer(session: Session, deal_id: int) -> tuple[PostMortem | None, str]:
    """Give the same, and who wrote it last; empty where there is nothing."""
    wanted = select(PostMortem, User.name).join(User, User.id == PostMortem.user_id)
    found = session.execute(wanted.where(PostMortem.deal_id == deal_id)).one_or_none()
    return (found[0], found[1]) if found else (None, "")


def told_of(session: Session, deal_ids: Collection[int]) -> dict[int, PostMortem]:
    """Give what is on record of each of these deals."""
    rows = session.scalars(select(PostMortem).where(PostMortem.deal_id.in_(deal_ids)))
    return {row.deal_id: row for row in rows}


def save(
    session: Session, talk: Talk, user_id: int, answers: Answers, seen: int, now: datetime
) -> PostMortem | None:
    """Keep the answers, whose writer saw version `seen`; None: there is nothing to keep.

    The deal is locked by the caller. What is the same already is not written again, whoever wrote it.

    Raises:
        ChangedError: there is a version that the writer did not see, and it says something else.

    """
    row = stored(session, talk.deal.id, lock=True)
    before = Answers.of(row)
    if not asks_who(talk.deal.outcome):
        answers = replace(answers, chose=before.chose)
    if answers == before:
        return row
    if (row.version if row else UNSEEN) != seen:
        msg = "Somebody else changed this meanwhile"
        raise ChangedError(msg)
    if row is None:
        row = PostMortem(deal_id=talk.deal.id, prospect_id=talk.person.id, version=UNSEEN, at=now)
        session.add(row)
    for name, value in asdict(answers).items():
        setattr(row, name, list(value) if isinstance(value, tuple) else value)
    row.user_id, row.changed_at, row.version = user_id, now, row.version + 1
    session.flush()
    told = list(_learned(answers))
    learn(session, row.deal_id, row.prospect_id, FindingSource.POST_MORTEM, row.id, told, now)
    changed = sorted(
        one.name for one in fields(Answers) if getattr(answers, one.name) != getattr(before, one.name)
    )
    # Only which answers: the audit log outlives whom they tell of.
    what = What(Thing.DEAL, row.deal_id, after={"fields": [f"post-mortem: {name}" for name in changed]})
    note(session, by_user(user_id), "change", what, now)
    return row


def _learned(answers: Answers) -> Iterator[Learned]:
    if answers.chose:
        yield Learned(FindingKind.COMPETITOR, answers.chose)
    for kind in answers.reason_kinds:
        yield Learned(FindingKind.REASON, answers.reasons, kind)
    if answers.reasons and not answers.reason_kinds:
        yield Learned(FindingKind.REASON, answers.reasons)
