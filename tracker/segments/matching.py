"""Who matches a filter: a page of them in its order, and how many there are.

What is asked for is one narrow table (`tracker.models.Listing`): each order is an index of it, which is
walked from any place on; and where few match, reading it whole is what it costs at most.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, cast, exists, false, func, literal, not_, select, tuple_, union_all

from tracker.ingest.history import PEOPLE
from tracker.ingest.intent import HALF_LIFE
from tracker.listing import OWNER_MARK, owner_mark
from tracker.models import Consent, Listing, ListingWord, Visit
from tracker.models.listing import NO_VALUE
from tracker.names import name_key
from tracker.people.rights import Reach
from tracker.relisting import has_unmarked
from tracker.search_words import PAST_ALL_LETTERS, typed_words
from tracker.segments.asked import asked
from tracker.segments.filter import NO_REASON, NOBODY, Agreed, Came, Latest, Lost, Sort
from tracker.segments.learned import learned
from tracker.segments.renewing import renewing
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, CompoundSelect, Select
    from sqlalchemy.orm import Session

    from tracker.people.scope import Scope
    from tracker.segments.filter import Filter, Left

PAGE = 50
"""Prospects on a page."""
COUNTED = 1_000
"""So many are counted; more are said to be more."""
MONTH_DAYS = 30.44
LONG_AGO = timedelta(days=90)
_ORDER: dict[Sort, Any] = {
    Sort.SEEN: Listing.seen,
    Sort.INTENT: Listing.fades,
    Sort.VALUE: Listing.value,
    Sort.LOST: Listing.lost_day,
    Sort.NAME: Listing.name,
}


_STATES: dict[Latest, tuple[str, ...]] = {
    Latest.CONFIRMED: (State.CONFIRMED, State.STRONG),
    Latest.ENGAGED: (State.ENGAGED,),
    Latest.UNCONFIRMED: (State.UNCONFIRMED,),
    Latest.MACHINE: (State.MACHINE,),
    Latest.NONE: ("",),
}


@dataclass(frozen=True, slots=True)
class Place:
    """The last one of a page, after whom the next one begins."""

    key: str
    prospect_id: int

    @classmethod
    def read(cls, text: str) -> Place | None:
        """Read it from an address; None: it is none."""
        number, _, key = text.partition(".")
        if not (number.isascii() and number.isdigit()) or len(number) > 10:  # noqa: PLR2004  (of an id)
            return None
        return cls(key.replace("\0", ""), int(number))

    def __str__(self) -> str:
        """Write it for an address."""
        return f"{self.prospect_id}.{self.key}"


@dataclass(frozen=True, slots=True)
class Found:
    """A page of those who match."""

    ids: tuple[int, ...]
    """In their order."""
    after: Place | None
    """Where the next page begins; None: this is the last."""
    count: int | None
    """How many match in all, `COUNTED` at most; told with the first page only."""
    is_more: bool
    """There are more than that."""
    looking_up: bool = False
    """The filter asks for wishes, and those of some are still being looked up."""


def find(session: Session, wanted: Filter, scope: Scope, now: datetime, after: Place | None = None) -> Found:
    """Give a page of those within reach who match, as of `now` (aware, UTC)."""
    is_first = after is None
    wide = COUNTED if is_first else PAGE
    page = select(Listing.prospect_id, _ORDER[wanted.sort]).where(*matching(wanted, scope, now))
    if after is not None and (behind := _behind(wanted.sort, after)) is not None:
        page = page.where(behind)
    rows = session.execute(page.order_by(*_order(wanted)).limit(wide + 1)).all()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Found(
        ids=tuple(row[0] for row in rows[:PAGE]),
        after=Place(str(last[1]), last[0]) if last else None,
        count=min(len(rows), COUNTED) if is_first else None,
        is_more=len(rows) > COUNTED,
        looking_up=(wanted.mail is not None or wanted.alerts is not None) and has_unmarked(session),
    )


def everybody(wanted: Filter, scope: Scope, now: datetime) -> Select[int]:
    """Give the ids of all within reach who match."""
    return select(Listing.prospect_id).where(*matching(wanted, scope, now))


def matching(wanted: Filter, scope: Scope, now: datetime) -> list[ColumnElement[bool]]:
    """Give the conditions on `Listing` for those within reach who match."""
    conditions = [
        *_words(wanted.q),
        *_lost(wanted, now),
        *_came(wanted, now),
        *asked(wanted),
        *learned(wanted),
    ]
    if wanted.owner is not None:
        owner = Listing.owner_name_id
        conditions.append(owner.is_(None) if wanted.owner == NOBODY else owner == wanted.owner)
    if wanted.consent is not None:
        agreed = exists().where(Consent.prospect_id == Listing.prospect_id, Consent.revoked_at.is_(None))
        conditions.append(agreed if wanted.consent is Agreed.YES else not_(agreed))
    if not scope.is_all:
        conditions.append(_within(scope))
    return conditions


def _words(typed: str) -> list[ColumnElement[bool]]:
    word = ListingWord.word
    if typed and not typed_words(typed):
        return [false()]  # signs alone are in nobody's name
    return [
        Listing.prospect_id.in_(
            select(ListingWord.prospect_id).where(word >= begins, word < begins + PAST_ALL_LETTERS)
        )
        for begins in typed_words(typed)
    ]


def _lost(wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.reason:
        blank = wanted.reason == NO_REASON
        conditions.append(Listing.reason_kind == ("" if blank else wanted.reason))
    if winner := name_key(wanted.competitor):
        conditions.append(Listing.competitor.startswith(winner, autoescape=True))
    if wanted.least is not None:
        conditions.append(Listing.value >= wanted.least * 100)
    if wanted.most is not None:
        conditions += [Listing.value <= wanted.most * 100, Listing.value > NO_VALUE]
    if wanted.lost is not None:
        conditions += _lost_when(wanted.lost, now)
    if wanted.renews is not None:
        conditions.append(renewing(wanted.renews, now.date()))
    return [*conditions, *_lost_between(wanted, now)]


def _lost_between(wanted: Filter, now: datetime) -> Iterator[ColumnElement[bool]]:
    day: Any = Listing.lost_day
    if wanted.sort is not Sort.LOST:
        # Between two days there may be half of all: one by one, along the index, they cost more than all.
        day = func.coalesce(day, day)
    if wanted.lost_from is not None:
        yield and_(day < _months_ago(wanted.lost_from, now), day > 0)
    if wanted.lost_to is not None:
        yield day >= max(_months_ago(wanted.lost_to, now), 1)


def _lost_when(when: Lost, now: datetime) -> Sequence[ColumnElement[bool]]:
    months = Lost.TWO_YEARS if when is Lost.LONGER else when
    first = _months_ago(int(months), now)
    if when is Lost.LONGER:
        return (Listing.lost_day < first, Listing.lost_day > 0)
    return (Listing.lost_day >= first,)


def _months_ago(months: int, now: datetime) -> int:
    return now.date().toordinal() - round(months * MONTH_DAYS)


def _came(wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.came is not None:
        conditions += _came_when(wanted.came, now)
    if wanted.state is not None:
        conditions.append(Listing.latest_state.in_(_STATES[wanted.state]))
    if wanted.intent is not None:
        conditions.append(Listing.fades >= _fades_for(wanted.intent, now))
    if wanted.campaign is not None:
        by_it = select(Visit.prospect_id).where(
            Visit.campaign_id == wanted.campaign, Visit.state.in_(PEOPLE), Visit.not_theirs.is_(False)
        )
        conditions.append(Listing.prospect_id.in_(by_it))
    return conditions


def _came_when(when: Came, now: datetime) -> Sequence[ColumnElement[bool]]:
    if when is Came.NEVER:
        return (Listing.seen == 0,)
    if when is Came.LONG_AGO:
        return (Listing.seen > 0, Listing.seen < int((now - LONG_AGO).timestamp()))
    within = when.within
    return (Listing.seen >= int((now - within).timestamp()) if within else Listing.seen > 0,)


def _fades_for(left: Left, now: datetime) -> float:
    """Say until when at least an intent must fade of which so much is left now."""
    return now.timestamp() + math.log2(int(left)) * HALF_LIFE.total_seconds() - 1


def _order(wanted: Filter) -> tuple[Any, ...]:
    key = _ORDER[wanted.sort]
    if _is_read_whole(wanted):
        # Along the index of an order that says nothing of who matches, rows would be looked up all over.
        key = func.coalesce(key, key)
    if wanted.sort is Sort.NAME:
        return (key, Listing.prospect_id)
    return (key.desc(), Listing.prospect_id.desc())


def _is_read_whole(wanted: Filter) -> bool:
    """Whether the rows themselves say who matches, and none of that is what they are sorted by."""
    narrowed = {
        Sort.SEEN: wanted.came,
        Sort.INTENT: wanted.intent,
        Sort.VALUE: _first_of(wanted.most, wanted.least),
        Sort.LOST: _first_of(wanted.lost, wanted.lost_from, wanted.lost_to),
        Sort.NAME: None,
    }
    told = (wanted.reason or wanted.competitor, wanted.state, *narrowed.values())
    return any(part not in ("", None) for part in told) and narrowed[wanted.sort] is None


def _first_of(*parts: object) -> object:
    return next((part for part in parts if part is not None), None)


def _within(scope: Scope) -> ColumnElement[bool]:
    """Say of whom a list may tell: what `Scope.prospects` says, by the owners' marks among the words.

    But of people who were given to somebody it lists one's own only: a team was told of tens of thousands.
    What is told of somebody (`tracker.segments.rows`) is asked for by the scope itself once more.
    """
    if scope.reach is Reach.NONE:
        return false()
    owners = scope.owners().subquery()
    marks: Select[str] | CompoundSelect[str] = select(literal(OWNER_MARK) + cast(owners.c.id, String))
    if scope.reach is Reach.TEAM:
        marks = union_all(marks, select(literal(owner_mark(None))))
    theirs = select(ListingWord.prospect_id).where(ListingWord.word.in_(marks))
    return Listing.prospect_id.in_(union_all(theirs, scope.given(scope.oneself())))


def _behind(sort: Sort, after: Place) -> ColumnElement[bool] | None:
    key = _ORDER[sort]
    if sort is Sort.NAME:
        return tuple_(key, Listing.prospect_id) > tuple_(after.key, after.prospect_id)
    try:
        number = int(after.key)
    except ValueError:
        return None
    if abs(number) >= 1 << 62:
        return None
    return tuple_(key, Listing.prospect_id) < tuple_(number, after.prospect_id)
