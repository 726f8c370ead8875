"""Filters kept under a name: *segments*. Somebody's own are theirs to change; a shared one everybody sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, or_, select

from tracker.audit import Actor, What, by_user, note, note_change
from tracker.errors import PlainError
from tracker.models import Segment
from tracker.models.segment import SEGMENT_NAME
from tracker.people.rights import Reach
from tracker.segments.said import Said
from tracker.words import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.people.scope import Scope
    from tracker.segments.filter import Filter

MOST = 50
"""Segments that somebody may keep: more are no longer found among the others."""


class SegmentError(PlainError):
    """It cannot be kept so; the message says why and what to do instead."""


class ChangedMeanwhileError(Exception):
    """Somebody else changed it since it was read."""


def read_segment_name(text: str) -> str:
    """Read what a segment is called.

    Raises:
        SegmentError: it has no name, or one that is too long.

    """
    name = " ".join(text.split())
    if not name:
        msg = "Give it a name, like Lost on price in spring"
        raise SegmentError(msg)
    if len(name) > SEGMENT_NAME:
        msg = f"Use {SEGMENT_NAME} characters at most"
        raise SegmentError(msg)
    return name


def kept_by(session: Session, user_id: int) -> Sequence[Segment]:
    """Give somebody's own segments and those that are shared, by name."""
    wanted = select(Segment).where(_is_near(user_id)).order_by(Segment.name, Segment.id)
    return session.scalars(wanted).all()


def segment_in_reach(
    session: Session, segment_id: int, scope: Scope, *, hold: bool = False
) -> Segment | None:
    """Give a segment that is one's own, shared, or of somebody within reach; `hold` keeps others from it."""
    wanted = select(Segment).where(
        Segment.id == segment_id, or_(_is_near(scope.user_id), Segment.user_id.in_(scope.users()))
    )
    return session.scalar(wanted.with_for_update() if hold else wanted)


def may_change(segment: Segment, scope: Scope) -> bool:
    """Whether it is one's own, or one's right to change segments goes beyond those."""
    return segment.user_id == scope.user_id or scope.reach is Reach.ALL


def keep(
    session: Session, scope: Scope, name: str, wanted: Filter, now: datetime, *, shared: bool
) -> Segment:
    """Keep a filter under a name.

    Raises:
        SegmentError: the name is taken, or these are too many.

    """
    _require_free(session, scope.user_id, name)
    own = session.scalars(select(Segment.id).where(Segment.user_id == scope.user_id)).all()
    if len(own) >= MOST:
        msg = f"You keep {MOST} segments already: delete one that you no longer use"
        raise SegmentError(msg)
    segment = Segment(
        user_id=scope.user_id,
        name=name,
        shared=shared and scope.reach is Reach.ALL,
        filter=wanted.values(),
        made_at=now,
    )
    session.add(segment)
    session.flush()
    note(session, by_user(scope.user_id), "add", What(Thing.SEGMENT, segment.id, after=_told(segment)), now)
    return segment


def change(
    session: Session, scope: Scope, segment: Segment, seen: int, new: dict[str, Any], now: datetime
) -> None:
    """Change name, `shared` or filter, as far as `new` has them; `seen` is the version that was read.

    Raises:
        ChangedMeanwhileError: it is another by now.
        SegmentError: the name is taken.

    """
    if segment.version != seen:
        raise ChangedMeanwhileError
    if new.get("name", segment.name) != segment.name:
        _require_free(session, segment.user_id, new["name"])
    before = _told(segment)
    if scope.reach is not Reach.ALL:
        new.pop("shared", None)
    for name, value in new.items():
        setattr(segment, name, value)
    if note_change(
        session, _by(scope), "change", What(Thing.SEGMENT, segment.id, before, _told(segment)), now
    ):
        segment.version += 1


def end(session: Session, scope: Scope, segment: Segment, now: datetime) -> None:
    """Delete it; the prospects stay as they are."""
    note(session, _by(scope), "end", What(Thing.SEGMENT, segment.id, before=_told(segment)), now)
    session.delete(segment)


def said_by(segment: Segment) -> Said:
    """Give whom it looks for, with what an older or newer release kept and this one does not know."""
    return Said.read({str(name): str(value) for name, value in segment.filter.items()})


def _is_near(user_id: int) -> ColumnElement[bool]:
    return or_(Segment.user_id == user_id, Segment.shared.is_(True))


def _require_free(session: Session, user_id: int, name: str) -> None:
    taken = select(Segment.id).where(Segment.user_id == user_id, Segment.name == name)
    if session.scalar(taken) is not None:
        msg = f"There is a segment named {name} already: use another name"
        raise SegmentError(msg)


def _by(scope: Scope) -> Actor:
    return by_user(scope.user_id)


def _told(segment: Segment) -> dict[str, Any]:
    return {"name": segment.name, "shared": segment.shared, "filter": said_by(segment).told()}
