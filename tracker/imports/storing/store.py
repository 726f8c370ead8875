"""One batch into the database: names, deals, people, and who was in which deal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from tracker.among import among
from tracker.imports.reasons import reason_kinds
from tracker.imports.report import Deals, People
from tracker.imports.storing.deals import Change, DealRows
from tracker.imports.storing.names import Names
from tracker.imports.storing.people import People as PeopleRows
from tracker.imports.storing.people import seat_of
from tracker.listing import relist
from tracker.models import DealStatus, deal_prospects
from tracker.names import name_key

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.imports.deal import LostDeal
    from tracker.signing import Signer


class Store:
    """Writes the batches of one import within one session."""

    def __init__(self, session: Session, signer: Signer, now: datetime) -> None:
        """Begin an import; the rules for reasons must be in place."""
        self._session = session
        self._deals = DealRows(session, reason_kinds(session), now)
        self._people = PeopleRows(session, signer, now)
        self._names = Names(session)

    def write(self, deals: Sequence[LostDeal]) -> None:
        """Store a batch."""
        self._names.prepare(deals)
        rows = self._deals.find_or_add(deals, self._names)
        seated = [
            (
                rows[deal.key],
                seat_of(person, self._names.account(deal.account), name_key(deal.account) or deal.key),
            )
            for deal in deals
            for person in deal.people
        ]
        people = self._people.find_or_add([seat for _, seat in seated])
        concerned = self._link(
            {(deal_id, person) for (deal_id, _), person in zip(seated, people, strict=True) if person},
            rows.values(),
        )
        relist(self._session, {*concerned, *self._names.people_of_moved()})

    def _link(self, pairs: set[tuple[int, int]], deal_ids: Collection[int]) -> set[int]:
        """Say who was in which of these deals; gives everybody who was."""
        links = deal_prospects.c
        found = self._session.execute(
            select(links.deal_id, links.prospect_id).where(among(links.deal_id, deal_ids))
        )
        known = {(deal_id, person) for deal_id, person in found}
        new = sorted(pairs - known)
        if new:
            self._session.connection().execute(
                insert(deal_prospects),
                [{"deal_id": deal_id, "prospect_id": person} for deal_id, person in new],
            )
            self._deals.touch(deal_id for deal_id, _ in new)
        return {person for _, person in known | pairs}

    @property
    def deals(self) -> Deals:
        """Count the deals so far."""
        changes = list(self._deals.changes.values())
        status = list(self._deals.status.values())
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
        return People(self._people.new, self._people.updated, len(self._people.left_out))

    @property
    def unsorted_reasons(self) -> tuple[str, ...]:
        """Give the reasons that no rule gives a kind."""
        return tuple(self._deals.unsorted)

    @property
    def owner_addresses(self) -> list[tuple[str, str]]:
        """Give the owners' addresses that the file had, by name."""
        return list(self._names.addresses.items())
