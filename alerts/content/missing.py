"""Whom something in the library may interest: what they told us was missing is here.

People whose latest loss it answers, by the table that intent goes by; who said so in an interview or a talk;
and who has a goal of its topic. Newest loss first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, not_, or_, select, tuple_, union

from alerts.content.known import known_of
from alerts.content.suggest import names_reason, why
from alerts.models import ContentSent, ContentTopic
from tracker.among import among
from tracker.ingest.intent import MIN_WORD
from tracker.models import Account, Deal, Finding, Goal, Listing, Prospect
from tracker.people.rights import Reach
from tracker.segments.filter import Filter
from tracker.segments.matching import Place, matching
from tracker.suppression import suppressed_kinds
from tracker.words import FindingKind, ReasonKind, SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from alerts.content.suggest import Item
    from tracker.people.scope import Scope
    from tracker.signing import Signer

COUNTED = 500
"""So many are counted; more are said to be more."""
PAGE = 20
"""People on a page."""
MOST_WORDS = 8
"""Words of an item that are looked for in reasons."""
LOOKED_THROUGH = 1_000
"""Losses on a missing feature, the latest, whose reasons are looked through for these words."""
_WORD = re.compile(r"[^\W_]+")
_PARTING = ".,;:/()-\"'!?&+\n\t\u201c\u201d\u2019"
"""What parts words in a reason."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Whom an item is for."""

    kinds: tuple[ReasonKind, ...]
    """Who said no for one of these."""
    topics: frozenset[str]
    """Who has a goal of one of these."""
    words: tuple[str, ...]
    """Who missed a feature that one of these names; none where `kinds` has all of those already."""


@dataclass(frozen=True, slots=True)
class Interested:
    """Somebody whom an item may interest."""

    id: int
    name: str
    company: str
    lost_on: date | None
    why: str
    sent_at: datetime | None
    """When they were sent it (UTC); None: not yet."""
    is_unsubscribed: bool


@dataclass(frozen=True, slots=True)
class People:
    """A page of them."""

    rows: tuple[Interested, ...]
    after: Place | None
    """Where the next page begins; None: this is the last."""
    number: int | None
    """How many there are in all, `COUNTED` at most; told with the first page only."""
    is_more: bool
    """There are more than that."""


def aim_of(item: Item, answering: Mapping[ReasonKind, frozenset[str]]) -> Aim:
    """Say whom an item is for."""
    kinds = tuple(kind for kind in ReasonKind if answering.get(kind, frozenset()) & item.topics)
    words: tuple[str, ...] = ()
    if ReasonKind.FEATURE not in kinds:
        texts = " ".join((item.title, *sorted(item.topics), item.url)).lower()
        candidates = dict.fromkeys(word for word in _WORD.findall(texts) if len(word) >= MIN_WORD)
        words = tuple(word for word in candidates if names_reason(item, word))[:MOST_WORDS]
    return Aim(kinds, item.topics, words)


def number_of(session: Session, aim: Aim, scope: Scope, now: datetime) -> tuple[int, bool]:
    """Count those within reach, `COUNTED` at most; gives whether there are more, too."""
    few = select(Listing.prospect_id).where(*_for(aim, scope, now)).limit(COUNTED + 1).subquery()
    number = session.scalar(select(func.count()).select_from(few)) or 0
    return min(number, COUNTED), number > COUNTED


def people(  # noqa: PLR0913, PLR0917  (whom, for what, within whose reach, from where on)
    session: Session,
    signer: Signer,
    item: Item,
    answering: Mapping[ReasonKind, frozenset[str]],
    scope: Scope,
    now: datetime,
    after: Place | None = None,
) -> People:
    """Give a page of those within reach, as of `now` (UTC)."""
    is_first = after is None
    wanted = _page(aim_of(item, answering), scope, now, after)
    found = session.execute(wanted.limit((COUNTED if is_first else PAGE) + 1)).all()
    ids = [row[0] for row in found[:PAGE]]
    last = found[PAGE - 1] if len(found) > PAGE else None
    rows = {row.id: row for row in session.execute(_rows(item.id, ids).where(scope.each()))}
    wishes = suppressed_kinds(session, signer, [row.email for row in rows.values() if row.email])
    known = known_of(session, list(rows))
    told = {number: why(item, known[number], now, answering) for number in rows}
    return People(
        tuple(
            Interested(
                id=number,
                name=row.name or row.email or "",
                company=row.company or "",
                lost_on=date.fromordinal(row.lost_day) if row.lost_day else None,
                why=found_why.why if (found_why := told[number]) else "",
                sent_at=row.sent_at,
                is_unsubscribed=SuppressionKind.UNSUBSCRIBED in wishes.get(row.email or "", set()),
            )
            for number in ids
            if (row := rows.get(number)) is not None
        ),
        Place(str(last[1]), last[0]) if last else None,
        min(len(found), COUNTED) if is_first else None,
        is_more=len(found) > COUNTED,
    )


def wanted_of(session: Session, topics: Iterable[str]) -> Sequence[str]:
    """Give those of these topics that are somebody's goal or interest, in the alphabet's order."""
    theirs = select(Goal.id).where(Goal.topic == ContentTopic.topic, Goal.ended_at.is_(None)).limit(1)
    wanted = select(ContentTopic.topic).distinct().where(among(ContentTopic.topic, list(topics)))
    return session.scalars(wanted.where(theirs.exists()).order_by(ContentTopic.topic)).all()


def _page(aim: Aim, scope: Scope, now: datetime, after: Place | None) -> Select[int, int]:
    key: ColumnElement[Any] = Listing.lost_day.expression
    if not aim.kinds:
        # Few match, and the days say nothing of who: along their index, everybody would be looked up.
        key = func.coalesce(key, key)
    page = select(Listing.prospect_id, Listing.lost_day).where(*_for(aim, scope, now))
    if after is not None and after.key.isdecimal() and len(after.key) < 10:  # noqa: PLR2004  (a day's number)
        page = page.where(tuple_(key, Listing.prospect_id) < tuple_(int(after.key), after.prospect_id))
    return page.order_by(key.desc(), Listing.prospect_id.desc())


def _for(aim: Aim, scope: Scope, now: datetime) -> list[ColumnElement[bool]]:
    within = matching(Filter(), scope, now)
    told = [_wanting(aim), _saying(aim)]
    if aim.words:
        # A team's own are a good part of all; to ask for them once more would cost more than it finds.
        told += [_naming(aim), _missed(aim, within if scope.reach is Reach.OWN else [])]
    ways: list[ColumnElement[bool]] = [Listing.prospect_id.in_(union(*told))]
    if aim.kinds:
        never = select(Deal.id).where(Deal.id == Listing.deal_id, Deal.not_qualified)
        ways.append(and_(Listing.reason_kind.in_(aim.kinds), not_(never.exists())))
    return [or_(*ways), *within]


def _wanting(aim: Aim) -> Select[int]:
    return select(Goal.prospect_id).where(among(Goal.topic, sorted(aim.topics)), Goal.ended_at.is_(None))


def _saying(aim: Aim) -> Select[int]:
    reasons = Finding.kind == FindingKind.REASON
    return select(Finding.prospect_id).where(reasons, Finding.reason_kind.in_(aim.kinds))


def _naming(aim: Aim) -> Select[int]:
    latest = (
        select(Finding.prospect_id, _parted(Finding.text.expression).label("reason"))
        .where(Finding.kind == FindingKind.REASON, Finding.reason_kind == ReasonKind.FEATURE)
        .order_by(Finding.id.desc())
        .limit(LOOKED_THROUGH)
        .subquery()
    )
    return select(latest.c.prospect_id).where(_names(latest.c.reason, aim.words))


def _missed(aim: Aim, within: Sequence[ColumnElement[bool]]) -> Select[int]:
    latest = (
        select(Listing.prospect_id, _parted(Deal.reason.expression).label("reason"))
        .join(Deal, Deal.id == Listing.deal_id)
        .where(Listing.reason_kind == ReasonKind.FEATURE, Deal.not_qualified.is_(False), *within)
        .order_by(Listing.lost_day.desc(), Listing.prospect_id.desc())
        .limit(LOOKED_THROUGH)
        .subquery()
    )
    return select(latest.c.prospect_id).where(_names(latest.c.reason, aim.words))


def _parted(text: ColumnElement[str]) -> ColumnElement[str]:
    """Put a blank around every word of a text."""
    parted: ColumnElement[str] = func.lower(text)
    for sign in _PARTING:
        parted = func.replace(parted, sign, " ")
    return " " + parted + " "


def _names(parted: ColumnElement[str], words: Iterable[str]) -> ColumnElement[bool]:
    """Say that a text has one of these words, whole: what `tracker.ingest.intent.names` finds in it."""
    return or_(*(parted.contains(f" {word} ", autoescape=True) for word in words))


def _rows(content_id: int, ids: Iterable[int]) -> Select[*tuple[Any, ...]]:
    sent_at = (
        select(func.max(ContentSent.at, type_=ContentSent.at.type))
        .where(
            ContentSent.prospect_id == Prospect.id,
            ContentSent.content_id == content_id,
            ContentSent.undone_at.is_(None),
        )
        .scalar_subquery()
    )
    return (
        select(
            Prospect.id,
            Prospect.name,
            Prospect.email,
            Account.name.label("company"),
            Listing.lost_day,
            sent_at.label("sent_at"),
        )
        .join(Listing, Listing.prospect_id == Prospect.id)
        .outerjoin(Account, Account.id == Prospect.account_id)
        .where(among(Prospect.id, list(ids)))
    )
