"""One batch into the database: names, deals, people, and who was in which deal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from tracker.among import among
from tracker.imports.reasons import reason_kinds
from tracker.imports.storing.deals import DealRows
from tracker.imports.storing.names import Names
from tracker.imports.storing.people import People, seat_of
from tracker.listing import relist
from tracker.models import deal_prospects
from tracker.names import name_key

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.imports.deal import LostDeal
    from tracker.imports.ledger import Ledger
    from tracker.imports.storing.tally import Tally
    from tracker.signing import Signer


class Store:
    """Writes batches of one import within one session; what it remembers is true until that ends."""

    def __init__(
        self, session: Session, signer: Signer, now: datetime, tally: Tally, ledger: Ledger | None = None
    ) -> None:
        """Begin a transaction; the rules for reasons must be in place."""
        self._session = session
        self._tally = tally
        self._ledger = ledger
        self._deals = DealRows(session, reason_kinds(session), now, tally, ledger)
        self._people = People(session, signer, now, tally, ledger)
        self._names = Names(session, ledger)
        self._signer = signer

    def write(self, deals: Sequence[LostDeal]) -> None:
        """Store a batch."""
        self._tally.see_owners(deals)
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
        relist(self._session, {*concerned, *self._names.people_of_moved()}, signer=self._signer)

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
            if self._ledger is not None:
                self._ledger.link(new)
        return {person for _, person in known | pairs}
