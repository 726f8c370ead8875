"""The form about a deal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tracker.by_hand.deals import DealWords, is_noted
from tracker.by_hand.reading import (
    TITLE_LENGTH,
    needed,
    read_choice,
    read_currency,
    read_day,
    read_line,
    read_text,
    read_value,
    written_value,
)
from tracker.web.forms import Filled
from tracker.web.prospects.slot_fields import blank_slot, read_slot
from tracker.words import DealStatus, LossOutcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.models import Deal
    from tracker.web.reader import Reader

T = TypeVar("T")
FIELDS = (
    "status",
    "title",
    "product",
    "value",
    "currency",
    "closed_on",
    "outcome",
    "competitor",
    "renewal_on",
    "not_qualified",
)
TEXTS = ("reason", "notes")
YES = "yes"


def filled(words: DealWords, reader: Reader) -> Filled:
    """Give the form as it is about a deal now."""
    values = {
        "status": str(words.status),
        "title": words.title,
        "product": words.product,
        "value": written_value(words.value_minor),
        "currency": words.currency,
        "closed_on": str(words.closed_on or ""),
        "outcome": str(words.outcome or ""),
        "reason": words.reason,
        "competitor": words.competitor,
        "renewal_on": str(words.renewal_on or ""),
        "notes": words.notes,
        "not_qualified": YES if words.not_qualified else "",
    }
    return Filled(values | blank_slot(words.post_mortem_at, reader))


def read_deal(form: Filled, reader: Reader, deal: Deal, currency: str) -> DealWords | None:
    """Read it; None, and why beside the fields, where that cannot be.

    The name of a deal that a file named is the CRM's. What a file brought stays as it is where the form
    holds what it showed of it.
    """
    stored = DealWords.of(deal)
    shown = filled(stored, reader).values

    def new(name: str, known: T, read: Callable[[str], T]) -> T | None:
        return form.take_new(name, shown[name], known, read)

    title: str | None = deal.title
    if is_noted(deal):
        title = new(
            "title", deal.title, lambda text: needed(text, "Write what the deal was about", TITLE_LENGTH)
        )
    status = form.take("status", lambda text: read_choice(text, DealStatus))
    product = new("product", stored.product, read_line)
    competitor = new("competitor", stored.competitor, read_line)
    reason, notes = new("reason", stored.reason, read_text), new("notes", stored.notes, read_text)
    code = new("currency", stored.currency, lambda text: read_currency(text, currency))
    value = new("value", stored.value_minor, lambda text: read_value(text, code or currency))
    closed_on, renewal = form.take("closed_on", read_day), form.take("renewal_on", read_day)
    outcome = form.take("outcome", lambda text: read_choice(text, LossOutcome))
    if status is None:
        form.problems.setdefault("status", "Choose how the deal stands.")
    if closed_on is not None and closed_on > reader.today and status is not DealStatus.OPEN:
        form.problems.setdefault("closed_on", "That day is still to come.")
    slot = read_slot(form, reader, deal.post_mortem_at)
    if form.problems or title is None or status is None or product is None or competitor is None:
        return None
    if reason is None or notes is None:
        return None
    return DealWords(
        status=status,
        title=title,
        product=product,
        value_minor=value,
        currency=code or currency,
        closed_on=closed_on,
        outcome=outcome,
        reason=reason,
        competitor=competitor,
        renewal_on=renewal,
        notes=notes,
        not_qualified=form.values["not_qualified"] == YES,
        post_mortem_at=slot,
    )
