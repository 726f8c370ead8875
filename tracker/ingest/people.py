"""The people behind a group of visits, and their deals: the few columns that judging and deciding ask for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from tracker.among import among
from tracker.models import Deal, DealStatus, OwnerName, Prospect, deal_prospects
from tracker.renewal import next_renewal

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from tracker.renewal import Renewal, Terms
    from tracker.words import LossOutcome, ReasonKind


class PersonsDeal(NamedTuple):
    """A deal of somebody's, in the columns of `tracker.models.Deal`."""

    id: int
    status: DealStatus
    product: str
    outcome: LossOutcome | None
    closed_on: date | None
    renewal_on: date | None
    reason_kind: ReasonKind | None
    reason: str
    notes: str
    not_qualified: bool
    owner_id: int | None
    """The user whom the owner's name stands for."""

    def next_renewal(self, today: date, terms: Terms) -> Renewal | None:
        """Give when the contract that was chosen instead comes up next."""
        term = terms.of(self.product)
        return next_renewal(self.outcome, self.closed_on, self.renewal_on, today, term)


@dataclass(slots=True)
class Person:
    """A prospect."""

    id: int
    account_id: int | None
    email: str | None
    email_key: str | None
    deals: list[PersonsDeal] = field(default_factory=list)
    """In no order."""

    @property
    def latest_loss(self) -> PersonsDeal | None:
        """The latest lost deal that was a real chance."""
        lost = (deal for deal in self.deals if deal.status is DealStatus.LOST and not deal.not_qualified)
        return max(lost, key=lambda deal: (deal.closed_on or date.min, deal.id), default=None)


# By the people alone: without statistics of a table that was just filled, PostgreSQL takes a condition on the
# deal's status for the best way in, and reads every lost deal there is.
_PEOPLE = (
    select(
        Prospect.id,
        Prospect.account_id,
        Prospect.email,
        Prospect.email_key,
        Deal.id,
        Deal.status,
        Deal.product,
        Deal.outcome,
        Deal.closed_on,
        Deal.renewal_on,
        Deal.reason_kind,
        Deal.reason,
        Deal.notes,
        Deal.not_qualified,
        OwnerName.user_id,
    )
    .outerjoin(deal_prospects, deal_prospects.c.prospect_id == Prospect.id)
    .outerjoin(Deal, Deal.id == deal_prospects.c.deal_id)
    .outerjoin(OwnerName, OwnerName.id == Deal.owner_name_id)
    .where(among(Prospect.id, "people"))
)


def load_people(session: Session, prospect_ids: Collection[int]) -> dict[int, Person]:
    """Load these people by their ids, all at once."""
    people: dict[int, Person] = {}
    for number, account_id, email, email_key, *deal in session.execute(
        _PEOPLE, {"people": list(prospect_ids)}
    ):
        person = people.get(number)
        if person is None:
            person = people[number] = Person(number, account_id, email, email_key)
        if deal[0] is not None:
            person.deals.append(PersonsDeal._make(deal))
    return people
