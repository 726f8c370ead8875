"""How many a mailing would reach, how many not and why, and the first of them: before anything is written.

Counted by the database, on the narrow table of lists. Whoever writes the list asks `tracker.mailing_list`,
which looks at every address once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Integer, and_, case, func, literal_column, select, true, union_all

from tracker.mailing_list import LeftOut, Recipient
from tracker.models import Account, Listing, Prospect, SuppressionKind
from tracker.relisting import has_unmarked
from tracker.segments.asked import not_lost, nowhere, who_asked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select, Subquery
    from sqlalchemy.orm import Session

SHOWN = 10
"""Recipients that are shown of a list."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a mailing would come to."""

    people: int
    """Who would get it."""
    left_out: dict[LeftOut, int]
    first: tuple[Recipient, ...]
    """The first `SHOWN`."""
    looking_up: bool
    """What some asked for is still being looked up: somebody who unsubscribed may be counted, or be among the
    first. Nobody is on a list by that.
    """


def count(session: Session, those: Sequence[ColumnElement[bool]]) -> Counted:
    """Count those who match; `those` are conditions on `Listing`."""
    # Everybody in one reading of the narrow table: by an index of one condition, SQLite would look up the
    # rest row by row. Who is left out is found by the reasons, which are few.
    all_of_them = (
        session.scalar(select(func.count(case((and_(true(), *those), 1)))).select_from(Listing)) or 0
    )
    apart = _apart()
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
        .where(*those, Listing.prospect_id.not_in(select(apart.c.prospect_id)))
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
        has_unmarked(session),
    )


def _apart() -> Subquery:
    """Give who is left out, each by the first reason in the order in which `tracker.mailing_list` asks."""
    ways: dict[LeftOut, Select[int]] = {
        LeftOut.NO_ADDRESS: nowhere(),
        LeftOut.UNSUBSCRIBED: who_asked((SuppressionKind.UNSUBSCRIBED,)),
        LeftOut.DO_NOT_TRACK: who_asked((SuppressionKind.DO_NOT_TRACK,)),
        LeftOut.NOT_LOST: select(Listing.prospect_id).where(not_lost()),
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
