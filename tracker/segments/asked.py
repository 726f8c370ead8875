"""What prospects asked for, as a condition of a filter: whether a mailing goes to them, and alerts come.

Of wishes only keyed hashes are kept. Each prospect's place in lists carries that of their address among its
words (`tracker.listing.ADDRESS_MARK`), so a wish counts from the moment in which it is on record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, not_, or_, select

from tracker.listing import ADDRESS_MARK, HASH
from tracker.models import Listing, ListingWord, Prospect, Suppression, deal_prospects
from tracker.segments.filter import Mailable, Ringing
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from tracker.segments.filter import Filter

HOLDING = (SuppressionKind.DO_NOT_CALL, SuppressionKind.DO_NOT_TRACK)
"""Wishes for which nobody is told of anything they do."""


def asked(wanted: Filter) -> list[ColumnElement[bool]]:
    """Give the conditions on `Listing`."""
    conditions = []
    if wanted.mail is not None:
        conditions.append(_mailable(wanted.mail))
    if wanted.alerts is not None:
        held = _wish(*HOLDING)
        conditions.append(held if wanted.alerts is Ringing.HELD else not_(held))
    return conditions


def _mailable(how: Mailable) -> ColumnElement[bool]:
    """Say of whom `tracker.mailing_list` says so: each reason only where no other one goes before it."""
    nowhere = Listing.prospect_id.in_(select(Prospect.id).where(Prospect.email_key.is_(None)))
    unsubscribed, untracked = (
        _wish(kind) for kind in (SuppressionKind.UNSUBSCRIBED, SuppressionKind.DO_NOT_TRACK)
    )
    dealt = exists().where(deal_prospects.c.prospect_id == Listing.prospect_id)
    not_lost = and_(Listing.deal_id.is_(None), dealt)
    if how is Mailable.NO_ADDRESS:
        return nowhere
    if how is Mailable.UNSUBSCRIBED:
        return unsubscribed
    if how is Mailable.DO_NOT_TRACK:
        return and_(untracked, not_(unsubscribed))
    either = _wish(SuppressionKind.UNSUBSCRIBED, SuppressionKind.DO_NOT_TRACK)
    if how is Mailable.NOT_LOST:
        return and_(not_lost, not_(nowhere), not_(either))
    return not_(or_(nowhere, either, not_lost))


def _wish(*kinds: SuppressionKind) -> ColumnElement[bool]:
    mark = ADDRESS_MARK + func.substr(Suppression.email_hash, 1, HASH)
    theirs = select(ListingWord.prospect_id).join(Suppression, ListingWord.word == mark)
    return Listing.prospect_id.in_(theirs.where(Suppression.kind.in_(kinds)))
