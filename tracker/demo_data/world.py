"""Everybody who may visit, and what was known of them when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tracker.ingest.people import Person, PersonsDeal

if TYPE_CHECKING:
    from tracker.demo_data.staff import Staff
    from tracker.words import DealStatus

SPAN = timedelta(days=393)
"""Visits are at most so old: just within what `tracker.retention` keeps."""


@dataclass(frozen=True, slots=True)
class Known:
    """A deal, and since when it is on record."""

    since: date
    deal: PersonsDeal


@dataclass(slots=True)
class Firm:
    """An account, as far as visits and alerts ask for it."""

    id: int
    keeper: int | None
    """The user who owns it."""
    not_lost: list[tuple[date, DealStatus]] = field(default_factory=list)
    """Open and won deals, and since when."""
    seen: dict[int, datetime] = field(default_factory=dict)
    """Each person's last visit as a person."""


@dataclass(slots=True)
class Somebody:
    """A prospect, as far as visits and alerts ask for one."""

    id: int
    email: str | None
    firm: Firm
    offset: int
    """Of their clock from UTC in winter, hours."""
    since: datetime
    """When they came into the CRM."""
    deals: list[Known] = field(default_factory=list)
    no_calls_since: datetime | None = None

    _standing: tuple[date, list[PersonsDeal], PersonsDeal | None] | None = None
    """From when on everything is known, and what that is: asked for with every visit."""

    def deals_on(self, day: date) -> tuple[list[PersonsDeal], PersonsDeal | None]:
        """Give what was on record on that day, and the latest loss of it."""
        if self._standing is None:
            last = max(known.since for known in self.deals)
            deals = [known.deal for known in self.deals]
            self._standing = last, deals, _latest_loss(deals)
        if day >= self._standing[0]:
            return self._standing[1:]
        deals = [known.deal for known in self.deals if known.since <= day]
        return deals, _latest_loss(deals)


@dataclass(frozen=True, slots=True)
class World:
    """Everybody."""

    people: list[Somebody]
    staff: Staff


def _latest_loss(deals: list[PersonsDeal]) -> PersonsDeal | None:
    return Person(0, None, None, None, deals).latest_loss
