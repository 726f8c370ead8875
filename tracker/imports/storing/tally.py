"""What an import has come to so far: shared by its transactions, and true also when each is rolled back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from tracker.imports.report import Deals, People
from tracker.models import DealStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.imports.deal import LostDeal


class Change(StrEnum):
    """What an import did to a deal."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(slots=True)
class Tally:
    """Deals by import key, people by what they are known by: ids are others' once more after a rollback."""

    changes: dict[str, Change] = field(default_factory=dict)
    status: dict[str, DealStatus] = field(default_factory=dict)
    unsorted: dict[str, None] = field(default_factory=dict)
    """Reasons that no rule gives a kind, in the order met."""
    new_people: set[str] = field(default_factory=set)
    updated_people: set[int] = field(default_factory=set)
    left_out: set[str] = field(default_factory=set)
    owners: dict[str, str] = field(default_factory=dict)
    """Owners' names that the file has, and the address beside each, if any."""
    added_deals: set[int] = field(default_factory=set)
    """Ids of those that this import added, as long as it is not rolled back."""
    added_people: set[int] = field(default_factory=set)

    def see_owners(self, deals: Sequence[LostDeal]) -> None:
        """Note whose these are."""
        for deal in deals:
            if deal.owner and (deal.owner_email or deal.owner not in self.owners):
                self.owners[deal.owner] = deal.owner_email
            if deal.account_owner:
                self.owners.setdefault(deal.account_owner, "")

    @property
    def addresses(self) -> list[tuple[str, str]]:
        """Give the owners' addresses that the file had, by name."""
        return [(name, address) for name, address in self.owners.items() if address]

    @property
    def deals(self) -> Deals:
        """Count the deals so far."""
        changes, status = list(self.changes.values()), list(self.status.values())
        return Deals(
            new=changes.count(Change.NEW),
            updated=changes.count(Change.UPDATED),
            unchanged=changes.count(Change.UNCHANGED),
            lost=status.count(DealStatus.LOST),
            open=status.count(DealStatus.OPEN),
            won=status.count(DealStatus.WON),
        )

    @property
    def people(self) -> People:
        """Count the people so far."""
        return People(len(self.new_people), len(self.updated_people), len(self.left_out))
