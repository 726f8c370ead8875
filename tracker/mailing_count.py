"""How many a mailing would reach, how many not and why, and the first of them: before anything is written.

Counted by the database, on the narrow table of lists. Whoever writes the list asks `tracker.mailing_list`,
which looks at every address once more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import Integer, and_, case, exists, func, literal_column, not_, select, true, union_all

from tracker.among import among
from tracker.mailing_list import LeftOut, Recipient
from tracker.models import Account, Listing, Prospect, Suppression, SuppressionKind, deal_prospects
from tracker.suppression import suppressed_kinds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Subquery
    from sqlalchemy.orm import Session

    from tracker.signing import Signer

SHOWN = 10
"""Recipients that are shown of a list."""
KEPT = timedelta(minutes=10)
"""So long it is remembered whose wish is whose, unless a wish or a person comes: addresses seldom change."""
_BY_WISH = (
    (LeftOut.UNSUBSCRIBED, SuppressionKind.UNSUBSCRIBED),
    (LeftOut.DO_NOT_TRACK, SuppressionKind.DO_NOT_TRACK),
)
_NOT_LOST = and_(
    Listing.deal_id.is_(None), exists().where(deal_prospects.c.prospect_id == Listing.prospect_id)
)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a mailing would come to."""

    people: int
    """Who would get it."""
    left_out: dict[LeftOut, int]
    first: tuple[Recipient, ...]
    """The first `SHOWN`."""


@dataclass(frozen=True, slots=True)
class _Wishes:
    at: datetime
    seen: tuple[int, int, int]
    """How many wishes and people there were."""
    people: dict[SuppressionKind, tuple[int, ...]] = field(default_factory=dict)


class KnownWishes:
    """Knows which people asked for what: only hashes are kept of wishes, so each address has to be hashed."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: _Wishes | None = None
        self._lock = Lock()

    def of(self, session: Session, signer: Signer, now: datetime) -> dict[SuppressionKind, tuple[int, ...]]:
        """Give the ids of people by what they asked for."""
        row = session.execute(
            select(
                select(func.count()).select_from(Suppression).scalar_subquery(),
                func.coalesce(select(func.max(Suppression.id)).scalar_subquery(), 0),
                func.coalesce(select(func.max(Prospect.id)).scalar_subquery(), 0),
            )
        ).one()
        seen = (row[0], row[1], row[2])
        with self._lock:
            known = self._known
            if known is None or known.seen != seen or now - known.at > KEPT:
                people = _who_asked(session, signer) if seen[0] else {}
                known = self._known = _Wishes(now, seen, people)
        return known.people


def count(
    session: Session, wishes: dict[SuppressionKind, tuple[int, ...]], those: Sequence[ColumnElement[bool]]
) -> Counted:
    """Count those who match; `those` are conditions on `Listing`."""
    asked = {reason: wishes[kind] for reason, kind in _BY_WISH if wishes.get(kind)}
    # Everybody in one reading of the narrow table: by an index of one condition, SQLite would look up the
    # rest row by row. Who is left out is found by the reasons, which are few.
    all_of_them = (
        session.scalar(select(func.count(case((and_(true(), *those), 1)))).select_from(Listing)) or 0
    )
    apart = _apart(asked)
    left = (
        select(apart.c.rank, func.count())
        .join(Listing, Listing.prospect_id == apart.c.prospect_id)
        .where(*those)
        .group_by(apart.c.rank)
    )
    ranks: dict[int, int] = dict(session.execute(left).all())
    left_out = {reason: ranks[rank] for rank, reason in enumerate(LeftOut) if rank in ranks}
    first = session.execute(
        select(Prospect.id, Prospect.email, Prospect.first_name, Prospect.name, Account.name)
        .select_from(Listing)
        .join(Prospect, Prospect.id == Listing.prospect_id)
        .outerjoin(Account, Account.id == Prospect.account_id)
        .where(*those, Prospect.email_key.is_not(None), not_(_NOT_LOST))
        .where(*(not_(among(Listing.prospect_id, people)) for people in asked.values()))
        .order_by(Listing.prospect_id)
        .limit(SHOWN)
    )
    return Counted(
        all_of_them - sum(left_out.values()),
        left_out,
        tuple(
            Recipient(number, email or "", first_name, name, company or "")
            for number, email, first_name, name, company in first
        ),
    )


def _apart(asked: Mapping[LeftOut, Sequence[int]]) -> Subquery:
    """Give who is left out, each by the first reason in the order in which `tracker.mailing_list` asks."""
    wished = {reason: among(Prospect.id, people) for reason, people in asked.items()}
    ways = {reason: select(Prospect.id).where(wish) for reason, wish in wished.items()} | {
        LeftOut.NO_ADDRESS: select(Prospect.id).where(Prospect.email_key.is_(None)),
        LeftOut.NOT_LOST: select(Listing.prospect_id).where(_NOT_LOST),
    }
    ranks = list(LeftOut)
    each = union_all(
        *(
            way.add_columns(literal_column(str(ranks.index(reason)), Integer).label("rank"))
            for reason, way in ways.items()
        )
    ).subquery()
    prospect_id, rank = each.c
    return (
        select(prospect_id.label("prospect_id"), func.min(rank).label("rank"))
        .group_by(prospect_id)
        .subquery()
    )


def _who_asked(session: Session, signer: Signer) -> dict[SuppressionKind, tuple[int, ...]]:
    rows = session.execute(select(Prospect.email, Prospect.id).where(Prospect.email != "")).all()
    people = {str(email): number for email, number in rows}
    wishes = suppressed_kinds(session, signer, people)
    return {
        kind: tuple(people[email] for email, kinds in wishes.items() if kind in kinds)
        for kind in SuppressionKind
    }
