"""Lost deals as cases: what is on record about them and what came after, read for many companies at once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import aliased

from alerts.followups.cadence import COOLING, HOT, LONGEST, Case
from alerts.followups.events import Event, after
from alerts.followups.working_days import LONGEST_REST
from alerts.models import FollowUp, Outcome
from tracker.among import among
from tracker.ingest.history import CONFIRMED
from tracker.models import (
    Account,
    Deal,
    DealStatus,
    LeftAlone,
    Listing,
    ListingWord,
    OwnerName,
    Prospect,
    User,
    Visit,
    deal_prospects,
)
from tracker.renewal import next_renewal
from tracker.rules.stored import load_rules
from tracker.rules.terms import terms_of
from tracker.segments.asked import who_asked
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from tracker.renewal import Terms
    from tracker.words import LossOutcome

UNKNOWN_AGE = HOT + COOLING
"""Of a deal without a date of its loss: as if it were long ago, so that nobody is pressed."""


class Subject(NamedTuple):
    """A lost deal with whom to turn to about it. Of each company the latest."""

    deal_id: int
    prospect_id: int
    country: str
    owner_ids: tuple[int | None, int | None]
    """The users whom the CRM names as the company's owner, and as the deal's."""
    value_minor: int
    agreed_for: datetime | None
    """The moment that was agreed for the talk about why."""
    case: Case
    """Without the day of that, which depends on whose calendar it stands in."""


class _Person(NamedTuple):
    """A prospect with the latest deal that they are in and did not buy."""

    prospect_id: int
    account_id: int | None
    country: str
    seen: int
    deal_id: int
    value: int
    closed_on: date | None
    imported_at: datetime
    noted_at: datetime | None
    post_mortem_at: datetime | None
    outcome: LossOutcome | None
    renewal_on: date | None
    product: str
    hot_until: date | None
    account_owner_id: int | None
    deal_owner_id: int | None

    @property
    def known_on(self) -> date:
        return (self.noted_at or self.imported_at).date()

    @property
    def lost_on(self) -> date:
        return self.closed_on or self.known_on - UNKNOWN_AGE


_account_owner, _deal_owner = aliased(OwnerName), aliased(OwnerName)
_PEOPLE: Select[*tuple[object, ...]] = (
    select(
        Listing.prospect_id,
        Prospect.account_id,
        Prospect.country,
        Listing.seen,
        Deal.id,
        Listing.value,
        Deal.closed_on,
        Deal.imported_at,
        Deal.noted_at,
        Deal.post_mortem_at,
        Deal.outcome,
        Deal.renewal_on,
        Deal.product,
        Deal.hot_until,
        _account_owner.user_id,
        _deal_owner.user_id,
    )
    .join(Prospect, Prospect.id == Listing.prospect_id)
    .join(Deal, Deal.id == Listing.deal_id)
    .outerjoin(Account, Account.id == Prospect.account_id)
    .outerjoin(_account_owner, _account_owner.id == Account.owner_name_id)
    .outerjoin(_deal_owner, _deal_owner.id == Deal.owner_name_id)
    .where(Deal.not_qualified.is_(False))
)


def unsubscribed(session: Session, which: ColumnElement[bool] | None = None) -> set[int]:
    """Give everybody, or all of these prospects, who unsubscribed, or told a rep to write no more."""
    query, marks = who_asked((SuppressionKind.UNSUBSCRIBED,)), select(LeftAlone.prospect_id, LeftAlone.kinds)
    if which is not None:
        these = select(Prospect.id).where(which)
        query = query.where(ListingWord.prospect_id.in_(these))
        marks = marks.where(LeftAlone.prospect_id.in_(these))
    told = {number for number, kinds in session.execute(marks) if SuppressionKind.UNSUBSCRIBED in kinds}
    return told | set(session.scalars(query))


def read_subjects(
    session: Session, which: ColumnElement[bool], away: Collection[int], now: datetime
) -> list[Subject]:
    """Read what is to be followed up among these prospects: whole companies, and people without one.

    Left out are those `away`, who unsubscribed, and every company with a deal that is open or was won.
    """
    people = [_Person._make(row) for row in session.execute(_PEOPLE.where(which))]
    buying = _buying(session, people)
    found = []
    for those in _by_company(people):
        ids = [person.prospect_id for person in those]
        lead = _chosen(those, away) if buying.isdisjoint(ids) else None
        if lead:
            found.append((lead, ids))
    return _with_what_came_after(session, _one_of_each_deal(session, found), now)


def _by_company(people: Iterable[_Person]) -> Iterable[list[_Person]]:
    companies: dict[tuple[bool, int], list[_Person]] = defaultdict(list)
    for person in people:
        alone = person.account_id is None
        companies[alone, person.account_id or person.prospect_id].append(person)
    return companies.values()


def _buying(session: Session, people: Sequence[_Person]) -> set[int]:
    """Find those who have a deal that is open or was won, they or their company."""
    ids = [person.prospect_id for person in people]
    accounts = {person.account_id for person in people if person.account_id is not None}
    not_lost = Deal.status != DealStatus.LOST
    in_deals = (
        select(deal_prospects.c.prospect_id)
        .join(Deal, Deal.id == deal_prospects.c.deal_id)
        .where(not_lost, among(deal_prospects.c.prospect_id, ids))
    )
    of_companies = select(Deal.account_id).where(not_lost, among(Deal.account_id, accounts))
    companies = set(session.scalars(of_companies))
    theirs = {person.prospect_id for person in people if person.account_id in companies}
    return theirs | set(session.scalars(in_deals))


def _chosen(people: Sequence[_Person], away: Collection[int]) -> _Person | None:
    """Choose the latest loss of a company and whom of those in it to turn to: who was seen last."""
    latest = max(people, key=lambda person: (person.lost_on, person.deal_id)).deal_id
    left = [person for person in people if person.deal_id == latest and person.prospect_id not in away]
    return max(left, key=lambda person: (person.seen, -person.prospect_id), default=None)


def _one_of_each_deal(
    session: Session, found: Sequence[tuple[_Person, list[int]]]
) -> list[tuple[_Person, list[int]]]:
    """Leave each deal to one company, though people of several are in it: to the one that has it already."""
    deal_ids = {lead.deal_id for lead, _ in found}
    waiting = select(FollowUp.deal_id, FollowUp.prospect_id).where(
        FollowUp.done_at.is_(None), among(FollowUp.deal_id, deal_ids)
    )
    whose = dict(session.execute(waiting).all())
    left: dict[int, tuple[_Person, list[int]]] = {}
    for lead, those in sorted(found, key=lambda one: one[0].prospect_id):
        if whose.get(lead.deal_id, lead.prospect_id) in those:
            left.setdefault(lead.deal_id, (lead, those))
    return list(left.values())


def _with_what_came_after(
    session: Session, found: Sequence[tuple[_Person, list[int]]], now: datetime
) -> list[Subject]:
    of_prospect = {prospect_id: number for number, (_, those) in enumerate(found) for prospect_id in those}
    events: dict[int, list[Event]] = defaultdict(list)
    visits: dict[int, list[datetime]] = defaultdict(list)
    columns = (Outcome.prospect_id, Outcome.at, Outcome.kind, Outcome.call_back_on, User.time_zone)
    reports = select(*columns).join(User, User.id == Outcome.user_id)
    stand = Outcome.undone_at.is_(None), among(Outcome.prospect_id, of_prospect)
    for prospect_id, at, report, call_back_on, zone in session.execute(reports.where(*stand)):
        events[of_prospect[prospect_id]].append(Event(_there(at, zone), report, call_back_on))
    of_deal = {lead.deal_id: number for number, (lead, _) in enumerate(found)}
    told = (FollowUp.deal_id, FollowUp.done_at, FollowUp.result, FollowUp.call_back_on, FollowUp.kind)
    were_done = (
        select(*told, User.time_zone)
        .outerjoin(User, User.id == FollowUp.done_by)
        .where(FollowUp.done_at.is_not(None), among(FollowUp.deal_id, of_deal))
    )
    for deal_id, done_at, result, call_back_on, kind, zone in session.execute(were_done):
        if done_at is not None and result is not None:
            events[of_deal[deal_id]].append(Event(_there(done_at, zone), result, call_back_on, kind))
    began = select(Visit.prospect_id, Visit.started_at).where(
        among(Visit.prospect_id, of_prospect),
        Visit.last_at >= now - LONGEST - LONGEST_REST,  # whoever came before that is due by now
        Visit.state.in_(CONFIRMED),
        Visit.not_theirs.is_(False),
    )
    for prospect_id, at in session.execute(began):
        visits[of_prospect[prospect_id]].append(at)
    terms = terms_of(load_rules(session))
    return [
        Subject(
            lead.deal_id,
            lead.prospect_id,
            lead.country,
            (lead.account_owner_id, lead.deal_owner_id),
            max(lead.value, 0),
            lead.post_mortem_at,
            after(_case(lead, now.date(), terms), events[number], visits[number]),
        )
        for number, (lead, _) in enumerate(found)
    ]


def _there(moment: datetime, zone: str | None) -> datetime:
    """Give a moment as its reporter's calendar has it: a loss is noted by that, too."""
    return moment.astimezone(ZoneInfo(zone or "UTC"))


def _case(person: _Person, today: date, terms: Terms) -> Case:
    renewal = next_renewal(
        person.outcome, person.closed_on, person.renewal_on, today, terms.of(person.product)
    )
    return Case(
        person.lost_on,
        person.known_on,
        hot_until=person.hot_until,
        renews_on=renewal.on if renewal else None,
    )
