"""The form about a file: which column is what, how dates begin, what amounts and numbers mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.by_hand.reading import read_country, read_currency
from tracker.imports.cells.dates import DateOrder
from tracker.imports.draft import Answers
from tracker.imports.fields import SEVERAL_COLUMNS, Field
from tracker.web.forms import Filled

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from tracker.imports.draft import Draft
    from tracker.settings import Settings

COLUMN = "column-"
"""What fields that say what a column is begin with; its place follows, counted from 0."""
FIELDS = [
    ("", "Not read"),
    (Field.DEAL_ID, "Deal: ID in the CRM"),
    (Field.TITLE, "Deal: name"),
    (Field.STATUS, "Deal: status or stage"),
    (Field.VALUE, "Deal: value"),
    (Field.CURRENCY, "Deal: currency"),
    (Field.PRODUCT, "Deal: product"),
    (Field.CLOSED_ON, "Deal: day it closed"),
    (Field.LOST_ON, "Deal: day it was lost"),
    (Field.WON_ON, "Deal: day it was won"),
    (Field.REASON, "Deal: why it was lost"),
    (Field.OUTCOME, "Deal: what they did instead"),
    (Field.COMPETITOR, "Deal: competitor"),
    (Field.NOTES, "Deal: notes"),
    (Field.RENEWAL_ON, "Deal: day the competitor's contract renews"),
    (Field.NOT_QUALIFIED, "Deal: never qualified"),
    (Field.IS_WON, "Deal: won, yes or no"),
    (Field.IS_LOST, "Deal: lost, yes or no"),
    (Field.IS_CLOSED, "Deal: closed, yes or no"),
    (Field.OWNER, "Deal: owner"),
    (Field.OWNER_EMAIL, "Deal: owner's mail address"),
    (Field.ACCOUNT, "Company: name"),
    (Field.ACCOUNT_OWNER, "Company: owner"),
    (Field.CONTACT, "Person: full name"),
    (Field.FIRST_NAME, "Person: first name"),
    (Field.LAST_NAME, "Person: last name"),
    (Field.EMAIL, "Person: mail address"),
    (Field.PHONE, "Person: phone"),
    (Field.JOB_TITLE, "Person: job title"),
    (Field.COUNTRY, "Person: country"),
    (Field.TIME_ZONE, "Person: time zone"),
    (Field.CONTACT_ID, "Person: ID in the CRM"),
]
"""All that a column can be, by the name of our field."""
LABELS = dict(FIELDS)
ORDERS = [
    ("", "As the dates show it"),
    (DateOrder.DAY_FIRST, "Day first: 31/01/2026"),
    (DateOrder.MONTH_FIRST, "Month first: 01/31/2026"),
]


def filled_with(draft: Draft, settings: Settings) -> Filled:
    """Give the form as the file is read now."""
    answers = draft.answers
    values = {f"{COLUMN}{place}": draft.fields.get(place, "") for place in range(len(draft.headings))}
    values |= {
        "date_order": answers.date_order or "",
        "currency": answers.currency or settings.currency,
        "country": answers.country or settings.phone_region,
    }
    return Filled(values, {"key_fallback": ["yes"] if answers.key_fallback else []})


def read_answers(form: MultiDict[str, str], draft: Draft) -> tuple[Filled, Answers | None]:
    """Read what was said, and keep it as it was typed; no answers where something must be said otherwise."""
    columns = [f"{COLUMN}{place}" for place in range(len(draft.headings))]
    filled = Filled.of(form, *columns, "date_order", "currency", "country", several=("key_fallback",))
    pairs = _pairs(filled, draft)
    order = filled.values["date_order"]
    if "dates" in draft.asked and order not in list(DateOrder):
        filled.problems["date_order"] = "Say how these dates begin: nothing in the file shows it."
    confirms = bool(filled.chosen["key_fallback"])
    if Field.DEAL_ID not in {field for field, _ in pairs} and "key" in draft.asked and not confirms:
        filled.problems["key_fallback"] = "Confirm this, or say which column has the ID of the deal."
    currency = filled.take("currency", lambda text: read_currency(text, ""))
    country = filled.take("country", read_country)
    if filled.problems or currency is None or country is None:
        return filled, None
    unchanged = all(filled.values[name] == draft.fields.get(place, "") for place, name in enumerate(columns))
    return filled, Answers(
        # What is as it was recognised stays so for the next file, too.
        columns=draft.answers.columns if unchanged else tuple(pairs),
        date_order=DateOrder(order) if order in list(DateOrder) else None,
        key_fallback=confirms,
        confirmed=True,
        currency=currency,
        country=country,
    )


def _pairs(filled: Filled, draft: Draft) -> list[tuple[Field, str]]:
    """Give fields and headings; two columns for a field that takes one are a problem beside the second."""
    pairs: list[tuple[Field, str]] = []
    for place, heading in enumerate(draft.headings):
        name = f"{COLUMN}{place}"
        text = filled.values[name]
        if text not in list(Field) or not heading:
            continue
        field = Field(text)
        if field not in SEVERAL_COLUMNS and field in {taken for taken, _ in pairs}:
            if draft.fields.get(place) != text:
                filled.problems[name] = "Another column is read as this already: choose one of the two."
            continue
        pairs.append((field, heading))
    return pairs
