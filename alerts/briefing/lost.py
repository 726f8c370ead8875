"""LOST: the latest lost deal as the CRM tells it. Nothing is invented: blank stays blank."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.briefing.facts import Lost, Note
from alerts.briefing.moments import day_in_words, local_day, month_and_year
from alerts.briefing.money import compact
from alerts.plain import plain
from tracker.words import DealStatus, LossOutcome

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from alerts.briefing.known import Known, KnownDeal
    from alerts.models import Alert
    from tracker.models import Deal, OwnerName, Prospect

STALE_AFTER = timedelta(days=1)
"""Older imports are said to be so: somebody may have changed the deal since."""
REASON_LENGTH = 120
PRODUCT_LENGTH = 60
COMPETITOR_LENGTH = 40
NOTE_LENGTH = 240
NAME_LENGTH = 60
SEVERAL = ";"
"""What CRMs put between the names of a list."""


def lost_deals(known: Known, alert: Alert, prospect: Prospect) -> list[KnownDeal]:
    """Find the prospect's lost deals and their company's, the one to speak of first.

    That is the alert's own, else the person's latest, else the company's latest.
    """
    found = [
        each
        for each in known.deals(prospect, alert.deal_id)
        if each.deal.status is DealStatus.LOST and not each.deal.not_qualified
    ]

    def rank(each: KnownDeal) -> tuple[bool, bool, bool, int, int]:
        deal = each.deal
        closed = deal.closed_on.toordinal() if deal.closed_on else 0
        return (deal.id == alert.deal_id, each.theirs, bool(closed), closed, deal.id)

    return sorted(found, key=rank, reverse=True)


def lost(deals: list[KnownDeal], reader_id: int | None, now: datetime, zone: ZoneInfo) -> Lost | None:
    """Say what is known of the first of `deals`, and how many more there are; None when there is none."""
    if not deals:
        return None
    deal, owner, _ = deals[0]
    decision, ending = _decision(deal)
    stale = now - deal.imported_at > STALE_AFTER
    month = month_and_year(deal.closed_on) if deal.closed_on else ""
    return Lost(
        deal_id=deal.id,
        month=month,
        product=plain(deal.product or deal.title, PRODUCT_LENGTH),
        value=compact(deal.value_minor, deal.currency),
        reason=_reason(deal),
        decision=decision,
        ending=ending or (f"lost {month}" if month else ""),
        as_of=day_in_words(local_day(deal.imported_at, zone), local_day(now, zone)) if stale else "",
        others=len(deals) - 1,
        note=_note(deal, owner, reader_id),
    )


def winner(deal: Deal) -> str:
    """Name the competitor they chose; empty when they chose none, or nobody knows which of several."""
    one = deal.outcome == LossOutcome.CHOSE_COMPETITOR and SEVERAL not in deal.competitor
    return plain(deal.competitor, COMPETITOR_LENGTH) if one else ""


def _decision(deal: Deal) -> tuple[str, str]:
    """Say what they did instead: as a sentence, and for a subject line."""
    # A CRM's competitor field may name who was in the race, not who won it.
    named = plain(deal.competitor, COMPETITOR_LENGTH)
    if deal.outcome == LossOutcome.CHOSE_COMPETITOR:
        name = winner(deal)
        if name:
            return f"Chose {name}", f"lost to {name}"
        return f"Chose a competitor; CRM names {named}" if named else "Chose a competitor", ""
    if deal.outcome == LossOutcome.DECIDED_NOTHING:
        return "Decided nothing", "decided nothing"
    if deal.outcome == LossOutcome.POSTPONED:
        return "Postponed", "postponed"
    return (f"CRM names {named}", "") if named else ("", "")


def _reason(deal: Deal) -> str:
    """Give the CRM's words; a lone plain word as it stands within a sentence."""
    reason = plain(deal.reason, REASON_LENGTH).rstrip(".")
    plain_word = reason.isalpha() and reason.istitle() and reason.casefold() != deal.competitor.casefold()
    return reason.lower() if plain_word else reason


def _note(deal: Deal, owner: OwnerName | None, reader_id: int | None) -> Note | None:
    text = plain(deal.notes, NOTE_LENGTH)
    if not text:
        return None
    if owner is None:
        return Note("Notes", text)
    if owner.user_id is not None and owner.user_id == reader_id:
        return Note("You", text)
    return Note(plain(owner.name, NAME_LENGTH) or "Notes", text)
