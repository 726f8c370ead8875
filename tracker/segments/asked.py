"""What prospects asked for, as a condition of a filter: whether a mailing goes to them, and alerts come.

Of wishes only keyed hashes are kept. Each prospect's place in lists carries that of their address among its
words (`tracker.listing.ADDRESS_MARK`), so a wish counts from the moment in which it is on record. Who asked a
rep to be left alone is marked by themselves (`tracker.left_alone`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, not_, select, union_all

from tracker.among import among_few
from tracker.listing import ADDRESS_MARK, HASH, is_address_mark
from tracker.models import LeftAlone, Listing, ListingWord, Prospect, Suppression, deal_prospects
from tracker.segments.filter import Mailable, Ringing
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

    from tracker.segments.filter import Filter

PAST_ALL_DIGITS = "g"
"""Behind the beginning of a hash: past every hash that begins so."""
HOLDING = (SuppressionKind.DO_NOT_CALL, SuppressionKind.DO_NOT_TRACK)
"""Wishes for which nobody is told of anything they do; so it is of those left alone."""


def asked(wanted: Filter) -> list[ColumnElement[bool]]:
    """Give the conditions on `Listing`."""
    conditions = []
    if wanted.mail is not None:
        conditions.append(_mailable(wanted.mail))
    if wanted.alerts is not None:
        both = union_all(who_asked(HOLDING), select(LeftAlone.prospect_id)).subquery()
        held = select(both.c.prospect_id)
        is_held = wanted.alerts is Ringing.HELD
        conditions.append(
            among_few(Listing.prospect_id, held) if is_held else Listing.prospect_id.not_in(held)
        )
    return conditions


def nowhere() -> Select[int]:
    """Find those without an address."""
    return select(Prospect.id).where(Prospect.email_key.is_(None))


def not_lost() -> ColumnElement[bool]:
    """Give the condition on `Listing` that somebody has open or won deals only."""
    dealt = exists().where(deal_prospects.c.prospect_id == Listing.prospect_id)
    return and_(Listing.deal_id.is_(None), dealt)


def _mailable(how: Mailable) -> ColumnElement[bool]:
    """Say of whom `tracker.mailing_list` says so: each reason only where no other one goes before it."""
    if how is Mailable.NO_ADDRESS:
        return Listing.prospect_id.in_(nowhere())
    if how is Mailable.UNSUBSCRIBED:
        return _asked_for(SuppressionKind.UNSUBSCRIBED)
    if how is Mailable.DO_NOT_TRACK:
        return and_(_asked_for(SuppressionKind.DO_NOT_TRACK), _did_not_ask_for(SuppressionKind.UNSUBSCRIBED))
    neither = _did_not_ask_for(SuppressionKind.UNSUBSCRIBED, SuppressionKind.DO_NOT_TRACK)
    free = and_(Listing.prospect_id.not_in(nowhere()), neither)
    return and_(free, not_lost() if how is Mailable.NOT_LOST else not_(not_lost()))


def _asked_for(*kinds: SuppressionKind) -> ColumnElement[bool]:
    return among_few(Listing.prospect_id, who_asked(kinds))


def _did_not_ask_for(*kinds: SuppressionKind) -> ColumnElement[bool]:
    return Listing.prospect_id.not_in(who_asked(kinds))


def who_asked(kinds: Iterable[SuppressionKind], since: datetime | None = None) -> Select[int]:
    """Find them from their wishes, of all time or `since` then: those are fewer than people are."""
    mark = ADDRESS_MARK + func.substr(Suppression.email_hash, 1, HASH)
    marks = select(mark).where(Suppression.kind.in_(list(kinds)))
    if since is not None:
        marks = marks.where(Suppression.at >= since)
    return select(ListingWord.prospect_id).where(among_few(ListingWord.word, marks))


def has_asked(kinds: Collection[SuppressionKind]) -> ColumnElement[bool]:
    """Say the same of a `Prospect`, where few are looked at: each one's mark, instead of everybody's."""
    hashed = func.substr(ListingWord.word, len(ADDRESS_MARK) + 1)
    return (
        select(ListingWord.word)
        .join(
            Suppression,
            and_(Suppression.email_hash >= hashed, Suppression.email_hash < hashed.concat(PAST_ALL_DIGITS)),
        )
        .where(
            ListingWord.prospect_id == Prospect.id,
            is_address_mark(ListingWord.word),
            Suppression.kind.in_(kinds),
        )
        .exists()
    )
