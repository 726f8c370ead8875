"""A filter on the page: the choices of its form, its address, and itself in words, part by part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import url_for

from tracker.rules.points import KIND_NAMES
from tracker.segments.filter import (
    ANY,
    NO_REASON,
    Agreed,
    Came,
    Interviewed,
    Latest,
    Left,
    Lost,
    Mailable,
    Renews,
    Ringing,
    Sort,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.segments.filter import Filter
    from tracker.segments.said import Said
    from tracker.web.prospects.names import Choices, Names
    from tracker.web.reader import Reader

REASONS: Choices = (*((str(kind), name) for kind, name in KIND_NAMES.items()), (NO_REASON, "None given"))
LOST: Choices = (
    (Lost.QUARTER, "In the last 3 months"),
    (Lost.HALF, "In the last 6 months"),
    (Lost.YEAR, "In the last 12 months"),
    (Lost.TWO_YEARS, "In the last 2 years"),
    (Lost.LONGER, "Longer ago"),
)
CAME: Choices = (
    (Came.DAY, "In the last 24 hours"),
    (Came.WEEK, "In the last 7 days"),
    (Came.MONTH, "In the last 30 days"),
    (Came.QUARTER, "In the last 90 days"),
    (Came.EVER, "Ever"),
    (Came.LONG_AGO, "Not for 90 days"),
    (Came.NEVER, "Never"),
)
INTENT: Choices = (
    (Left.WARM, "30 and more (warm)"),
    (Left.HOT, "55 and more (hot)"),
    (Left.BURNING, "80 and more (burning)"),
)
CONSENT: Choices = ((Agreed.YES, "On record"), (Agreed.NO, "Not on record"))
STATES: Choices = (
    (Latest.CONFIRMED, "Confirmed person"),
    (Latest.ENGAGED, "Engaged person"),
    (Latest.UNCONFIRMED, "Unconfirmed"),
    (Latest.MACHINE, "Machine"),
    (Latest.NONE, "None yet"),
)
MAILABLE: Choices = (
    (Mailable.YES, "May be sent"),
    (Mailable.UNSUBSCRIBED, "Unsubscribed"),
    (Mailable.DO_NOT_TRACK, "Asked not to be tracked"),
    (Mailable.NO_ADDRESS, "No mail address"),
    (Mailable.NOT_LOST, "Open or won deals only"),
)
RINGING: Choices = (
    (Ringing.FREE, "Not held by a wish"),
    (Ringing.HELD, "Held by a wish"),
)
SAID: Choices = tuple((str(kind), name) for kind, name in KIND_NAMES.items())
INTERVIEW: Choices = (
    (Interviewed.ANSWERED, "Answered"),
    (Interviewed.UNANSWERED, "Asked, not answered"),
    (Interviewed.NEVER, "Never asked"),
)
YES_OR_NO: Choices = ((Agreed.YES, "Yes"), (Agreed.NO, "No"))
RENEWS: Choices = (
    (Renews.MONTH, "Within a month"),
    (Renews.QUARTER, "Within 3 months"),
    (Renews.HALF, "Within 6 months"),
)
OFFERS: Choices = ((Agreed.YES, "Agreed to"), (Agreed.NO, "Not agreed to"))
SORTS: Choices = (
    (Sort.SEEN, "Last visit"),
    (Sort.INTENT, "Intent"),
    (Sort.VALUE, "Value"),
    (Sort.LOST, "Lost last"),
    (Sort.NAME, "Name"),
)
FIELDS = {
    "reason": "Reason they said no",
    "owner": "Owner",
    "lost": "Lost",
    "lost_from": "Lost over (months)",
    "lost_to": "Lost up to (months)",
    "least": "Value from",
    "most": "Value up to",
    "came": "Last visit",
    "state": "Latest visit by",
    "intent": "Intent left",
    "campaign": "Came by campaign",
    "consent": "Consent",
    "mail": "Mailings",
    "alerts": "Alerts",
    "tag": "Tag",
    "goal": "Goal or interest",
    "said": "Reason they told us",
    "interview": "Interview",
    "willing": "Willing to hear from us",
    "renews": "Contract renews",
    "offers": "Offers",
}
"""The labels of fields that may hold what makes no sense."""
WRONG = {
    "least": "Write a whole number, like 20000.",
    "most": "Write a whole number, like 50000.",
    "lost_from": "Write a whole number of months, like 6.",
    "lost_to": "Write a whole number of months, like 18.",
}
"""What to do about those in which somebody types."""
SHOWN = 40
"""Characters that are shown of what is not known."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a filter in words."""

    words: str
    without: str
    """The address of the list without it."""


def in_words(said: Said, names: Names, reader: Reader, segment: int | None = None) -> list[Part]:
    """Say what a filter looks for, part by part, and what of it is not known here."""
    values = said.wanted.values()
    known = {name: words for name, words in _said(said.wanted, names, reader).items() if name in values}
    typed = {name: called(name, said.amiss[name]) for name in said.mistyped}
    unknown = {name: f"Not known here: {called(name, value)}" for name, value in said.unknown.items()}
    return [
        Part(words, list_address(said.without(name), segment))
        for name, words in (known | typed | unknown).items()
    ]


def called(name: str, value: str) -> str:
    """Say a part that makes no sense as it was said, under the label of its field."""
    return f"{FIELDS.get(name, name)[:SHOWN]} “{value[:SHOWN]}”"


def _said(wanted: Filter, names: Names, reader: Reader) -> Mapping[str, str]:
    def one(choices: Choices, value: object) -> str:
        return dict(choices).get(str(value), "")

    return {
        "q": f"“{wanted.q}”",
        "reason": f"Reason: {one(REASONS, wanted.reason)}",
        "competitor": f"Lost to {wanted.competitor}",
        "owner": f"Owner: {names.owner_in_words()}",
        "least": f"Value from {reader.number(wanted.least or 0)}",
        "most": f"Value up to {reader.number(wanted.most or 0)}",
        "lost": f"Lost: {one(LOST, wanted.lost).lower()}",
        "came": f"Last visit: {one(CAME, wanted.came).lower()}",
        "intent": f"Intent: {one(INTENT, wanted.intent)}",
        "consent": f"Consent: {one(CONSENT, wanted.consent).lower()}",
        "state": f"Latest visit by: {one(STATES, wanted.state).lower()}",
        "mail": f"Mailings: {one(MAILABLE, wanted.mail).lower()}",
        "alerts": f"Alerts: {one(RINGING, wanted.alerts).lower()}",
        "campaign": f"Came by {names.campaign_in_words()}",
        "lost_from": f"Lost more than {_months(wanted.lost_from)} ago",
        "lost_to": f"Lost at most {_months(wanted.lost_to)} ago",
        "tag": f"Tag: {wanted.tag}",
        "goal": "Goal or interest: any" if wanted.goal == ANY else f"Goal or interest: {wanted.goal}",
        "said": f"Told us: {one(SAID, wanted.said).lower()}",
        "interview": f"Interview: {one(INTERVIEW, wanted.interview).lower()}",
        "willing": f"Willing to hear from us: {one(YES_OR_NO, wanted.willing).lower()}",
        "renews": f"Contract renews {one(RENEWS, wanted.renews).lower()}",
        "offers": f"Offers: {one(OFFERS, wanted.offers).lower()}",
    }


def _months(number: int | None) -> str:
    return "1 month" if number == 1 else f"{number} months"


def list_address(values: Mapping[str, str], segment: int | None = None, after: str = "") -> str:
    """Give the address of the list with these names and values, whatever these are."""
    besides = {"segment": str(segment) if segment is not None else "", "after": after}
    return with_query(url_for("prospects.show"), {**values, **{k: v for k, v in besides.items() if v}})


def with_query(address: str, values: Mapping[str, str]) -> str:
    """Write names and values behind an address. Foreign names are none that `url_for` may be given."""
    return f"{address}?{urlencode(values)}" if values else address
