"""What is on record about the people of some alerts: their deals and what reps reported, loaded at once.

The last look before a mail and the mail itself ask for the same, so it is read once for both.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Self

from sqlalchemy import null, select, union_all
from sqlalchemy.orm import aliased

from alerts.models import Alert, Outcome
from tracker.among import among
from tracker.models import Account, Campaign, Deal, OwnerName, Prospect, User, Visit, deal_prospects

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.orm import Session


class KnownDeal(NamedTuple):
    """A deal of a person's, or of their company's, and the owner's name in the CRM."""

    deal: Deal
    owner: OwnerName | None
    theirs: bool
    """The person is in it."""


_WITH_ALL = (
    select(Alert, Visit, Prospect, Account, Campaign)
    .join(Visit, Visit.id == Alert.visit_id)
    .join(Prospect, Prospect.id == Alert.prospect_id)
    .outerjoin(Account, Account.id == Prospect.account_id)
    .outerjoin(Campaign, Campaign.id == Visit.campaign_id)
    .order_by(Alert.id)
)
# By the ways in that have an index each: one condition with an OR would read every deal there is.
_WAYS = union_all(
    select(deal_prospects.c.deal_id, deal_prospects.c.prospect_id).where(
        among(deal_prospects.c.prospect_id, "people")
    ),
    select(Deal.id, null()).where(among(Deal.account_id, "accounts")),
    select(Deal.id, null()).where(among(Deal.id, "deals")),
).subquery()
_DEAL = aliased(Deal)
_DEALS = (
    select(_DEAL, OwnerName, _WAYS.c.prospect_id)
    .select_from(_WAYS)
    .join(_DEAL, _DEAL.id == _WAYS.c.deal_id)
    .outerjoin(OwnerName, OwnerName.id == _DEAL.owner_name_id)
)
_OUTCOMES = (
    select(Outcome, User)
    .join(User, User.id == Outcome.user_id)
    .where(among(Outcome.prospect_id, "people"))
    .order_by(Outcome.at.desc(), Outcome.id.desc())
)


@dataclass(slots=True)
class Known:
    """Some alerts, and what is on record of their people."""

    _rows: Sequence[Row[Alert, Visit, Prospect, Account, Campaign]] = ()
    _own: dict[int, dict[int, KnownDeal]] = field(default_factory=lambda: defaultdict(dict))
    """The deals that the person is in, by person."""
    _by_account: dict[int, dict[int, KnownDeal]] = field(default_factory=lambda: defaultdict(dict))
    _named: dict[int, KnownDeal] = field(default_factory=dict)
    """All deals."""
    _outcomes: dict[int, list[tuple[Outcome, User]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def load(cls, session: Session, about: ColumnElement[bool]) -> Self:
        """Load the alerts that a condition is true of, and what is on record of their people.

        Their visits, people, accounts and campaigns are then in the session, too, as long as this is kept.
        """
        known = cls(session.execute(_WITH_ALL.where(about)).all())
        people: dict[int, Prospect] = {}
        for _, visit, person, *_ in known._rows:
            people[person.id] = person
            if visit.prospect_id != person.id:
                people[visit.prospect_id] = session.get_one(Prospect, visit.prospect_id)
        if people:
            known._load(session, people)
        return known

    def _load(self, session: Session, people: Mapping[int, Prospect]) -> None:
        accounts = {person.account_id for person in people.values()} - {None}
        deals = {alert.deal_id for alert in self.alerts} - {None}
        for deal, owner, person_id in session.execute(
            _DEALS, {"people": list(people), "accounts": list(accounts), "deals": list(deals)}
        ):
            each = self._named[deal.id] = KnownDeal(deal, owner, theirs=False)
            if person_id is not None:
                self._own[person_id][deal.id] = KnownDeal(deal, owner, theirs=True)
            if deal.account_id is not None:
                self._by_account[deal.account_id][deal.id] = each
        for outcome, user in session.execute(_OUTCOMES, {"people": list(people)}):
            self._outcomes[outcome.prospect_id].append((outcome, user))

    @property
    def alerts(self) -> list[Alert]:
        """The alerts, in the order of their ids."""
        return [row[0] for row in self._rows]

    def deals(self, person: Prospect, deal_id: int | None = None) -> list[KnownDeal]:
        """Give the deals of a person and of their company, and the one with that id; in no order."""
        named = {deal_id: self._named[deal_id]} if deal_id in self._named else {}
        company = self._by_account[person.account_id] if person.account_id is not None else {}
        return list((named | company | self._own[person.id]).values())

    def outcomes(self, person: Prospect) -> list[tuple[Outcome, User]]:
        """Give what was reported of a person and by whom, the latest first, the undone included."""
        return self._outcomes[person.id]
