"""The form of *Lost just now*: what it asks, and how that is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.by_hand.deals import Loss, NewDeal
from tracker.by_hand.people import Words
from tracker.by_hand.reading import (
    TITLE_LENGTH,
    needed,
    read_address,
    read_choice,
    read_currency,
    read_day,
    read_line,
    read_phone,
    read_text,
    read_value,
)
from tracker.web.forms import Filled
from tracker.web.prospects.slot_fields import blank_slot, read_slot
from tracker.words import LossOutcome

if TYPE_CHECKING:
    from tracker.web.reader import Reader

PERSON = ("name", "company", "phone", "email")
FIELDS = ("deal", "title", "product", "value", "currency", "outcome", "competitor", "renewal", "lost_on")
TEXTS = ("reason", "notes")
ANOTHER = "new"
"""In place of a deal's number: one that is not here yet."""
MORE = frozenset({"product", "renewal", "notes", "lost_on"})
"""Fields behind *More*, which stands open when a problem is beside one of them."""


def blank(reader: Reader, currency: str) -> Filled:
    """Give the form before anything is typed."""
    values = dict.fromkeys((*PERSON, *FIELDS, *TEXTS), "")
    values |= {"deal": ANOTHER, "currency": currency, "lost_on": reader.today.isoformat()}
    return Filled(values | blank_slot(None, reader))


def read_newcomer(form: Filled, region: str) -> Words | None:
    """Read who it was; None, and why beside the fields, where that cannot be."""
    name = form.take("name", lambda text: needed(text, "Write their name"))
    company = form.take("company", lambda text: read_line(text, TITLE_LENGTH))
    phone = form.take("phone", lambda text: read_phone(text, region))
    email = form.take("email", read_address)
    if name is None or company is None or phone is None or email is None:
        return None
    if not (phone or email):
        form.problems["phone"] = (
            "Write a phone number or a mail address: how else would you reach them again."
        )
        return None
    return Words(name=name, company=company, phone=phone, email=email)


def read_new(form: Filled, currency: str) -> NewDeal | None:
    """Read the deal that is not here yet."""
    title = form.take("title", lambda text: needed(text, "Write what the deal was about", TITLE_LENGTH))
    product = form.take("product", read_line)
    code = form.take("currency", lambda text: read_currency(text, currency))
    value = form.take("value", lambda text: read_value(text, code or currency))
    if title is None or product is None or code is None or "value" in form.problems:
        return None
    return NewDeal(title, product, value, code)


def read_loss(form: Filled, reader: Reader) -> Loss | None:
    """Read what came of it."""
    outcome = form.take("outcome", lambda text: read_choice(text, LossOutcome))
    if outcome is None:
        form.problems.setdefault("outcome", "Choose what they did instead.")
    competitor, renewal = form.take("competitor", read_line), form.take("renewal", read_day)
    lost_on = form.take("lost_on", read_day) or reader.today
    if lost_on > reader.today:
        form.problems.setdefault("lost_on", "That day is still to come: write the day on which they said no.")
    reason, notes = form.take("reason", read_text), form.take("notes", read_text)
    slot = read_slot(form, reader)
    if form.problems or competitor is None or reason is None or notes is None:
        return None
    return Loss(outcome, reason, competitor, renewal, notes, slot, lost_on)
