"""The whole story of one person, or of all people of one company: what happened, newest first, in chapters.

A chapter is some visits, and what else happened since the earliest of them and before the chapter before it.
Visits are found by key, so that the two-thousandth is as near as the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self, TypeAlias, TypeVarTuple

from sqlalchemy import and_, func, or_, select, union_all

from alerts.happened import Letter, Report, Sighting
from alerts.models import Alert, Message, Outcome
from alerts.reading import letters, reports, sightings, visits_with_verdicts
from tracker.ids import LARGEST_ID
from tracker.models import Prospect, Visit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from alerts.company import Company
    from alerts.reading import Seen

CHAPTER = 20
"""Visits of a chapter: about what one reads before one wants to look for something in particular."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)

Happening: TypeAlias = Sighting | Letter | Report
_Columns = TypeVarTuple("_Columns")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chapter ended: the key of its last visit, and since when (UTC) it told of everything else."""

    at: datetime
    visit_id: int
    since: datetime

    def __str__(self) -> str:
        """Write it as an address can carry it."""
        return f"{(self.at - EPOCH) // TICK}-{self.visit_id}-{(self.since - EPOCH) // TICK}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read what `str` wrote; None for anything else: the story then begins with its latest chapter."""
        try:
            at, visit_id, since = (int(part) for part in text.split("-"))
            place = cls(EPOCH + at * TICK, visit_id, EPOCH + since * TICK)
        except (ValueError, OverflowError):
            return None
        known = 0 <= visit_id <= LARGEST_ID and max(place.at, place.since) < LATEST
        return place if known else None

    def holds(self, at: datetime) -> bool:
        """Whether a moment is before this chapter's end, so that a later chapter tells of it."""
        return at < self.since


@dataclass(frozen=True, slots=True)
class Chapter:
    """What happened between the chapter before it and the next one, whose places these are; newest first."""

    happenings: tuple[Happening, ...]
    before: Place | None
    older: Place | None

    def tells_of(self, at: datetime) -> bool:
        """Whether a moment is within this chapter."""
        return (self.before is None or self.before.holds(at)) and (
            self.older is None or not self.older.holds(at)
        )


def moment(one: Happening) -> datetime:
    """Say when it happened: a visit when it began, a mail when it was made."""
    if isinstance(one, Sighting):
        return one.started_at
    return one.made_at if isinstance(one, Letter) else one.at


def story_of(session: Session, prospect_id: int, before: Place | None, *, told: bool) -> Chapter:
    """Read a chapter of one person's story; without `told`, nothing of alerts, mails and reports is in it."""
    rows = session.execute(_latest(visits_with_verdicts().where(Visit.prospect_id == prospect_id), before))
    chapter = _chapter(sightings(session, rows.all()), before)
    if not told:
        return _untold(chapter)
    mails = letters(session, and_(Message.id.in_(_mails(prospect_id)), *_within(Message.created_at, chapter)))
    reported = reports(session, and_(Outcome.prospect_id == prospect_id, *_within(Outcome.at, chapter)))
    return _with(chapter, [*mails.values(), *reported])


def story_of_company(
    session: Session, of: Company, people: ColumnElement[bool], before: Place | None, *, told: bool
) -> Chapter:
    """Read a chapter of a company's people's visits in one list, and of what was reported of their calls.

    `people` says, as a condition on `Prospect`, who of them the reader may know of.
    """
    theirs = and_(Prospect.account_id == of.account_id, people)
    # Its people are known with their last visits: only those who came last can be in the latest chapter.
    last = [one.prospect_id for one in of.people[: CHAPTER + 1]]
    asked = _visits_of(_last_to_come(session, theirs, before) if before else last, before)
    chapter = _chapter(sightings(session, session.execute(asked).all() if asked is not None else ()), before)
    if not told:
        return _untold(chapter)
    reported = Outcome.prospect_id.in_(select(Prospect.id).where(theirs))
    return _with(chapter, reports(session, and_(reported, *_within(Outcome.at, chapter))))


def _last_to_come(session: Session, people: ColumnElement[bool], before: Place) -> Sequence[int]:
    """Give those who visited last before a chapter: nobody else's visit can be in it."""
    last = (
        select(func.max(Visit.last_at))
        .where(Visit.prospect_id == Prospect.id, Visit.last_at <= before.at)
        .scalar_subquery()
    )
    return session.scalars(
        select(Prospect.id).where(people, last.is_not(None)).order_by(last.desc()).limit(CHAPTER + 1)
    ).all()


def _visits_of(people: Sequence[int], before: Place | None) -> Select[*Seen] | None:
    """Ask for the latest visits of these people, by the index that each one's have; None where nobody is."""
    parts = [_latest(select(Visit.id).where(Visit.prospect_id == one), before).subquery() for one in people]
    if not parts:
        return None
    wanted = union_all(*(select(part.c.id) for part in parts))
    return _latest(visits_with_verdicts().where(Visit.id.in_(wanted)), None)


def _latest(visits: Select[*_Columns], before: Place | None) -> Select[*_Columns]:
    """Narrow a query to the latest visits of a chapter, and one more, which says that there is another."""
    wanted = visits.order_by(Visit.last_at.desc(), Visit.id.desc()).limit(CHAPTER + 1)
    if before is None:
        return wanted
    same = and_(Visit.last_at == before.at, Visit.id < before.visit_id)
    # The first condition is the one that the index serves.
    return wanted.where(Visit.last_at <= before.at, or_(Visit.last_at < before.at, same))


def _mails(prospect_id: int) -> Select[int]:
    """Ask for the mails that told of somebody, or took that back."""
    parts = (
        select(column).where(Alert.prospect_id == prospect_id, column.is_not(None))
        for column in (Alert.message_id, Alert.correction_id)
    )
    return select(union_all(*parts).subquery().c[0])


def _within(at: InstrumentedAttribute[datetime], chapter: Chapter) -> list[ColumnElement[bool]]:
    ends = [at < chapter.before.since] if chapter.before else []
    return [*ends, at >= chapter.older.since] if chapter.older else ends


def _chapter(found: Sequence[Sighting], before: Place | None) -> Chapter:
    shown = found[:CHAPTER]
    if len(found) <= CHAPTER:
        return Chapter(tuple(shown), before, None)
    since = min(one.started_at for one in shown)
    last = shown[-1]
    return Chapter(
        tuple(shown),
        before,
        Place(last.last_at, last.visit_id, min(since, before.since) if before else since),
    )


def _untold(chapter: Chapter) -> Chapter:
    visits = (one for one in chapter.happenings if isinstance(one, Sighting))
    return _ordered(chapter, [replace(one, verdict=None) for one in visits])


def _with(chapter: Chapter, more: Iterable[Happening]) -> Chapter:
    return _ordered(chapter, [*chapter.happenings, *more])


def _ordered(chapter: Chapter, happenings: Iterable[Happening]) -> Chapter:
    return replace(chapter, happenings=tuple(sorted(happenings, key=moment, reverse=True)))
