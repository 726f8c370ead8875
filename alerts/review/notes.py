"""What a session said and decided about a month: added, changed, done, taken back; each on record."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from alerts.models import ReviewNote
from alerts.words import ReviewNoteKind
from tracker.audit import What, by_user, note, note_change
from tracker.errors import PlainError
from tracker.models import User
from tracker.words import Thing

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from tracker.calendar_month import Month


class StaleNoteError(PlainError):
    """Somebody else changed it meanwhile."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody writes down; a note has neither doer nor day."""

    kind: ReviewNoteKind
    text: str
    doer_id: int | None = None
    until: date | None = None

    def kept(self) -> dict[str, object]:
        """Give it as it goes on record."""
        values = asdict(self)
        return values | {"kind": self.kind.value, "until": self.until.isoformat() if self.until else None}


class Row(NamedTuple):
    """A note as it is shown."""

    note: ReviewNote
    author: str
    doer: str
    """Empty: nobody was named."""

    @property
    def is_open(self) -> bool:
        """A decision that nobody marked as done."""
        return self.note.kind is ReviewNoteKind.DECISION and self.note.done_at is None

    def is_late(self, today: date) -> bool:
        """Whether it is open beyond its day."""
        return self.is_open and self.note.until is not None and self.note.until < today


@dataclass(frozen=True, slots=True)
class Kept:
    """What there is of a month's session, and of those before it."""

    here: list[Row]
    before: list[Row]
    """Decisions of the month before, and older ones that are still open."""


def kept(session: Session, month: Month, whose: Collection[int] | None) -> Kept:
    """Read what those within reach wrote, or are to do; one query. `whose` None: everybody."""
    first, earlier = month.first_day, month.later(-1).first_day
    decided = and_(
        ReviewNote.kind == ReviewNoteKind.DECISION,
        ReviewNote.month < first,
        or_(ReviewNote.month == earlier, ReviewNote.done_at.is_(None)),
    )
    author, doer = aliased(User), aliased(User)
    found = session.execute(
        select(ReviewNote, author.name, doer.name)
        .join(author, author.id == ReviewNote.user_id)
        .outerjoin(doer, doer.id == ReviewNote.doer_id)
        .where(or_(ReviewNote.month == first, decided), *_within(whose))
        .order_by(ReviewNote.month, ReviewNote.id)
    )
    rows = [Row(one, who, does or "") for one, who, does in found]
    return Kept(
        [row for row in rows if row.note.month == first], [row for row in rows if row.note.month < first]
    )


def one(
    session: Session, note_id: int, whose: Collection[int] | None, *, hold: bool = False
) -> ReviewNote | None:
    """Give a note within reach that was not taken back; `hold` keeps it until the commit."""
    wanted = select(ReviewNote).where(ReviewNote.id == note_id, *_within(whose))
    if hold:
        # Others wait who change it, but not those who refer to it.
        wanted = wanted.with_for_update(key_share=True)
    return session.scalars(wanted).one_or_none()


def add(session: Session, month: Month, draft: Draft, user_id: int, now: datetime) -> int:
    """Write one down; gives its ID."""
    row = ReviewNote(month=month.first_day, user_id=user_id, at=now, **asdict(draft))
    session.add(row)
    session.flush()
    after = {"month": month.slug} | draft.kept()
    note(session, by_user(user_id), "add review note", What(Thing.REVIEW, row.id, after=after), now)
    return row.id


def change(session: Session, row: ReviewNote, draft: Draft, seen: int, user_id: int, now: datetime) -> bool:
    """Write it anew; gives whether anything differs.

    Raises:
        StaleNoteError: it is not of the version `seen` any more.

    """
    _check(row, seen)
    before = Draft(row.kind, row.text, row.doer_id, row.until).kept()
    what = What(Thing.REVIEW, row.id, before, draft.kept())
    if not note_change(session, by_user(user_id), "change review note", what, now):
        return False
    for name, value in asdict(draft).items():
        setattr(row, name, value)
    if draft.kind is ReviewNoteKind.NOTE:
        row.done_at = None
    row.version += 1
    return True


def mark(session: Session, row: ReviewNote, seen: int, user_id: int, now: datetime, *, done: bool) -> None:
    """Mark a decision as done, or as open again; marking twice is marking once.

    Raises:
        StaleNoteError: it is not of the version `seen` any more.

    """
    if (row.done_at is not None) is done:
        return
    _check(row, seen)
    row.done_at, row.version = (now if done else None), row.version + 1
    verb = "mark decision as done" if done else "open decision again"
    note(session, by_user(user_id), verb, What(Thing.REVIEW, row.id, after={"text": row.text}), now)


def end(session: Session, row: ReviewNote, seen: int, user_id: int, now: datetime) -> None:
    """Take it back; the row stays on record.

    Raises:
        StaleNoteError: it is not of the version `seen` any more.

    """
    _check(row, seen)
    row.ended_at, row.version = now, row.version + 1
    before = Draft(row.kind, row.text, row.doer_id, row.until).kept()
    note(session, by_user(user_id), "take back review note", What(Thing.REVIEW, row.id, before), now)


def _check(row: ReviewNote, seen: int) -> None:
    if row.version != seen:
        msg = "Somebody else changed this meanwhile"
        raise StaleNoteError(msg)


def _within(whose: Collection[int] | None) -> list[ColumnElement[bool]]:
    stands = ReviewNote.ended_at.is_(None)
    if whose is None:
        return [stands]
    return [stands, or_(ReviewNote.user_id.in_(whose), ReviewNote.doer_id.in_(whose))]
