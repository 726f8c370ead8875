"""A filter on the page: the choices of its form, its address, and itself in words, part by part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for
from sqlalchemy import select

from tracker.models import Campaign, Listing, OwnerName
from tracker.people.rights import Reach
from tracker.rules.points import KIND_NAMES
from tracker.segments.filter import (
    NO_REASON,
    NOBODY,
    Agreed,
    Came,
    Latest,
    Left,
    Lost,
    Mailable,
    Ringing,
    Sort,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from tracker.people.scope import Scope
    from tracker.segments.filter import Filter
    from tracker.web.reader import Reader

Choices = tuple[tuple[str, str], ...]

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
SORTS: Choices = (
    (Sort.SEEN, "Last visit"),
    (Sort.INTENT, "Intent"),
    (Sort.VALUE, "Value"),
    (Sort.LOST, "Lost last"),
    (Sort.NAME, "Name"),
)
WRONG = {
    "least": "Write a whole number, like 20000.",
    "most": "Write a whole number, like 50000.",
}
"""What to do about a part that makes no sense; the others come from an old link, and are left out."""
MOST_OWNERS = 500


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a filter in words."""

    words: str
    without: str
    """The address of the list without it."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a filter refers to by ids."""

    owners: Choices
    """Empty for those who see but their own."""
    campaigns: Choices


def load_names(session: Session, scope: Scope) -> Names:
    """Give the names that may be chosen from."""
    campaigns = session.execute(select(Campaign.id, Campaign.label).order_by(Campaign.id.desc()).limit(100))
    return Names(
        _owners(session, scope) if scope.reach > Reach.OWN else (),
        tuple((str(number), label) for number, label in campaigns),
    )


def _owners(session: Session, scope: Scope) -> Choices:
    owns = select(Listing.prospect_id).where(Listing.owner_name_id == OwnerName.id).limit(1)
    wanted = select(OwnerName.id, OwnerName.name).where(owns.exists()).order_by(OwnerName.name)
    if not scope.is_all:
        wanted = wanted.where(OwnerName.id.in_(scope.owners()))
    found = session.execute(wanted.limit(MOST_OWNERS))
    return ((str(NOBODY), "Nobody"), *((str(number), name) for number, name in found))


def in_words(wanted: Filter, names: Names, reader: Reader, segment: int | None = None) -> list[Part]:
    """Say what a filter looks for, part by part."""
    values = wanted.values()
    return [
        Part(words, list_address(_without(values, name), segment))
        for name, words in _said(wanted, names, reader).items()
        if name in values
    ]


def _said(wanted: Filter, names: Names, reader: Reader) -> Mapping[str, str]:
    def one(choices: Choices, value: object) -> str:
        return dict(choices).get(str(value), "somebody or something that is gone")

    return {
        "q": f"“{wanted.q}”",
        "reason": f"Reason: {one(REASONS, wanted.reason)}",
        "competitor": f"Lost to {wanted.competitor}",
        "owner": f"Owner: {one(names.owners, wanted.owner)}",
        "least": f"Value from {reader.number(wanted.least or 0)}",
        "most": f"Value up to {reader.number(wanted.most or 0)}",
        "lost": f"Lost: {one(LOST, wanted.lost).lower()}",
        "came": f"Last visit: {one(CAME, wanted.came).lower()}",
        "intent": f"Intent: {one(INTENT, wanted.intent)}",
        "consent": f"Consent: {one(CONSENT, wanted.consent).lower()}",
        "state": f"Latest visit by: {one(STATES, wanted.state).lower()}",
        "mail": f"Mailings: {one(MAILABLE, wanted.mail).lower()}",
        "alerts": f"Alerts: {one(RINGING, wanted.alerts).lower()}",
        "campaign": f"Came by {one(names.campaigns, wanted.campaign)}",
    }


def list_address(values: Mapping[str, str], segment: int | None = None) -> str:
    """Give the address of the list with these names and values."""
    query: dict[str, Any] = {**values, "segment": segment}
    return url_for("prospects.show", **query)


def _without(values: Mapping[str, str], name: str) -> dict[str, str]:
    return {other: value for other, value in values.items() if other != name}
