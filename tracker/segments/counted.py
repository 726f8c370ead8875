"""How many a segment finds: counted up to what a list counts, and remembered for a minute."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.models import Listing
from tracker.remembered import Remembered
from tracker.segments.matching import COUNTED, matching

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import Select

    from tracker.db import Database
    from tracker.people.rights import Reach
    from tracker.people.scope import Scope
    from tracker.segments.filter import Filter

KEPT = timedelta(minutes=1)
PATIENCE_S = 0.05
"""So long a list waits for the figures on its tabs; the next look at it has them."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A segment's filter, as somebody's own reach finds people by it."""

    wanted: Filter
    reach: Reach
    user_id: int | None
    """None: of no user in particular, whose reach is everybody."""
    scope: Scope = field(compare=False)
    now: datetime = field(compare=False)

    @classmethod
    def of(cls, wanted: Filter, scope: Scope, now: datetime) -> Sought:
        """Say who looks for whom, and when (UTC)."""
        return cls(wanted, scope.reach, None if scope.is_all else scope.user_id, scope, now)


Counts = Remembered[Sought, int]
"""Numbers of people; `COUNTED` + 1 says: more than that."""


def remember(database: Database) -> Counts:
    """Remember the numbers of people whom segments find."""

    def count(sought: Collection[Sought]) -> Mapping[Sought, int]:
        with database.reading() as session:
            return {one: session.scalar(_number(one)) or 0 for one in sought}

    return Remembered(count, lambda _: True, KEPT, patience_s=PATIENCE_S)


def _number(one: Sought) -> Select[int]:
    those = select(Listing.prospect_id).where(*matching(one.wanted, one.scope, one.now))
    return select(func.count()).select_from(those.limit(COUNTED + 1).subquery())
