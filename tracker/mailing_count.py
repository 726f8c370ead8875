"""How many a mailing would reach, how many not and why, and the first of them: before anything is written.

Counted by the database, on the narrow table of lists. Whoever writes the list asks `tracker.mailing_list`,
which looks at every address once more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, exists, func, literal, or_, select, true

from tracker.among import among
from tracker.mailing_list import LeftOut, Recipient
from tracker.models import Account, Listing, Prospect, Suppression, SuppressionKind, deal_prospects
from tracker.suppression import suppressed_kinds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
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
    reasons = _reasons(wishes)
    why = case(*((is_so, literal(str(reason))) for reason, is_so in reasons.items()), else_=literal(""))
    # Everybody in one reading of the narrow table: by an index of one condition, SQLite would look up the
    # rest row by row. Who is left out is found by the reasons, which are few.
    all_of_them = (
        session.scalar(select(func.count(case((and_(true(), *those), 1)))).select_from(Listing)) or 0
    )
    left = select(why, func.count()).where(*those, or_(*reasons.values())).group_by(why)
    found = {str(reason): number for reason, number in session.execute(left).all()}
    left_out = {reason: found[reason] for reason in LeftOut if found.get(reason)}
    first = session.execute(
        select(Prospect.id, Prospect.email, Prospect.first_name, Prospect.name, Account.name)
        .select_from(Listing)
        .join(Prospect, Prospect.id == Listing.prospect_id)
        .outerjoin(Account, Account.id == Prospect.account_id)
        .where(*those, why == "")
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


def _reasons(wishes: dict[SuppressionKind, tuple[int, ...]]) -> dict[LeftOut, ColumnElement[bool]]:
    """Say when somebody is left out, in the order in which `tracker.mailing_list` asks."""
    nowhere = select(Prospect.id).where(Prospect.email_key.is_(None))
    dealt = exists().where(deal_prospects.c.prospect_id == Listing.prospect_id)
    asked = {reason: wishes[kind] for reason, kind in _BY_WISH if wishes.get(kind)}
    return {
        LeftOut.NO_ADDRESS: Listing.prospect_id.in_(nowhere),
        **{reason: among(Listing.prospect_id, people) for reason, people in asked.items()},
        LeftOut.NOT_LOST: and_(Listing.deal_id.is_(None), dealt),
    }


def _who_asked(session: Session, signer: Signer) -> dict[SuppressionKind, tuple[int, ...]]:
    rows = session.execute(select(Prospect.email, Prospect.id).where(Prospect.email != "")).all()
    people = {str(email): number for email, number in rows}
    wishes = suppressed_kinds(session, signer, people)
    return {
        kind: tuple(people[email] for email, kinds in wishes.items() if kind in kinds)
        for kind in SuppressionKind
    }
