"""How many a mailing would reach, how many not and why, and the first of them: before anything is written.

Counted by the database, on the narrow table of lists. Whoever writes the list asks `tracker.mailing_list`,
which looks at every address once more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, exists, func, literal, select

from tracker.among import among
from tracker.mailing_list import LeftOut, mailing_list
from tracker.models import Listing, Prospect, Suppression, SuppressionKind, deal_prospects
from tracker.suppression import suppressed_kinds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from tracker.mailing_list import Recipient
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
    session: Session,
    signer: Signer,
    wishes: dict[SuppressionKind, tuple[int, ...]],
    those: Sequence[ColumnElement[bool]],
) -> Counted:
    """Count those who match; `those` are conditions on `Listing`."""
    why = _reason(wishes)
    counts = session.execute(select(why, func.count()).where(*those).group_by(why)).all()
    found = {str(reason): number for reason, number in counts}
    ids = session.scalars(
        select(Listing.prospect_id).where(*those, why == "").order_by(Listing.prospect_id).limit(SHOWN)
    ).all()
    first = mailing_list(session, signer, select(Prospect.id).where(among(Prospect.id, ids))).recipients
    left_out = {reason: found[reason] for reason in LeftOut if found.get(reason)}
    return Counted(found.get("", 0), left_out, first)


def _reason(wishes: dict[SuppressionKind, tuple[int, ...]]) -> ColumnElement[str]:
    """Say why somebody is left out, in the order of `tracker.mailing_list`; empty: they are not."""
    nowhere = select(Prospect.id).where(Prospect.email_key.is_(None))
    dealt = exists().where(deal_prospects.c.prospect_id == Listing.prospect_id)
    asked = [
        (among(Listing.prospect_id, wishes[kind]), literal(str(reason)))
        for reason, kind in _BY_WISH
        if wishes.get(kind)
    ]
    return case(
        (Listing.prospect_id.in_(nowhere), literal(str(LeftOut.NO_ADDRESS))),
        *asked,
        (and_(Listing.deal_id.is_(None), dealt), literal(str(LeftOut.NOT_LOST))),
        else_=literal(""),
    )


def _who_asked(session: Session, signer: Signer) -> dict[SuppressionKind, tuple[int, ...]]:
    rows = session.execute(select(Prospect.email, Prospect.id).where(Prospect.email != "")).all()
    people = {str(email): number for email, number in rows}
    wishes = suppressed_kinds(session, signer, people)
    return {
        kind: tuple(people[email] for email, kinds in wishes.items() if kind in kinds)
        for kind in SuppressionKind
    }
