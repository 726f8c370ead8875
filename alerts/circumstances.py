"""What the policy needs to know about some prospects, loaded at once: deals, wishes, owners, alerts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from alerts.models import Alert, Outcome
from alerts.policy import DIGEST_HOLDS, NEWS, Case, Policy, Receiver, Standing
from alerts.quiet import FOR_GOOD, quiet_until
from alerts.recent import A_DAY_SOMEWHERE, RecentCalls
from alerts.routing import Route, route
from alerts.words import Decision
from tracker.among import among
from tracker.ingest.people import load_people
from tracker.left_alone import left_alone
from tracker.models import (
    Account,
    Deal,
    DealStatus,
    OwnerName,
    PageView,
    Prospect,
    Team,
    User,
    Visit,
)
from tracker.months import of_visits
from tracker.people.hours import WorkingHours
from tracker.suppression import suppressed_kinds

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.ingest.intent import Tier
    from tracker.ingest.people import Person
    from tracker.ingest.rows import VisitRow
    from tracker.installation import Installation

# By itself: of a statement that had to wait, PostgreSQL takes the account as it is by then, but what is
# joined to it as it was before.
_LOCK_ACCOUNTS = (
    select(Account.id)
    .where(Account.id.in_(select(Prospect.account_id).where(among(Prospect.id, "people"))))
    .order_by(Account.id)
    .with_for_update(key_share=True)
)
_OWNERS = (
    select(Account.id, OwnerName.user_id)
    .outerjoin(OwnerName, OwnerName.id == Account.owner_name_id)
    .where(among(Account.id, "accounts"))
)
_STAFF = select(User, Team.manager_id).outerjoin(Team, Team.id == User.team_id)
_TOPICS = select(PageView.visit_id, PageView.topic).where(among(PageView.visit_id, "visits")).distinct()
_NOT_LOST = (
    select(Deal.account_id, Deal.status)
    .where(among(Deal.account_id, "accounts"), Deal.status != DealStatus.LOST)
    .distinct()
)


@dataclass(slots=True)
class Circumstances:
    """The facts around a group of visits. `count` keeps them true while decisions are being made."""

    policy: Policy
    now: datetime
    topics: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    people: dict[int, Person] = field(default_factory=dict)
    standings: dict[int, Standing] = field(default_factory=dict)
    routes: dict[int, Route] = field(default_factory=dict)
    recent: RecentCalls = field(default_factory=RecentCalls)
    told: dict[int, dict[int, datetime]] = field(default_factory=lambda: defaultdict(dict))
    """The last sign of each visit that somebody is or will be told of, by person and visit: of people with a
    visit that is no news by itself any more.
    """

    @classmethod
    def load(
        cls,
        session: Session,
        installation: Installation,
        visits: Sequence[VisitRow],
        now: datetime,
        policy: Policy,
    ) -> Self:
        """Load everything for these visits.

        Their accounts are locked until the end of the transaction, so that two never alert at once. Whatever
        a wait for that may have changed is asked for after it.
        """
        facts = cls(policy, now)
        people = {visit.prospect_id for visit in visits}
        session.execute(_LOCK_ACCOUNTS, {"people": list(people)})
        facts.people = load_people(session, people)
        owners = _owners_of(session, facts.people.values())
        for visit_id, topic in session.execute(
            _TOPICS.where(of_visits(visits)), {"visits": [visit.id for visit in visits]}
        ):
            facts.topics[visit_id].add(topic)
        facts._route(session, owners)
        facts._load_recent(session, owners)
        facts._load_standings(session, installation, owners)
        facts._load_told(session, visits)
        return facts

    def case_of(self, visit: VisitRow, now: datetime) -> Case:
        """Put together what the policy decides one visit by."""
        names = {reason["name"] for reason in visit.intent_reasons}
        return Case(
            state=visit.state,
            topics=frozenset(self.topics[visit.id]),
            answers_reason="answers the loss reason" in names,
            by_link=visit.by_link,
            intent=visit.intent,
            receiver=self._receiver(visit, now),
            standing=self.standings[visit.prospect_id],
            account_tier=self._account_tier(visit),
            age=now - visit.last_at,
            newer_told=self._newer_told(visit),
        )

    def deal_of(self, prospect_id: int) -> int | None:
        """Give the id of the latest lost deal."""
        loss = self.people[prospect_id].latest_loss
        return loss.id if loss else None

    def account_of(self, prospect_id: int) -> int | None:
        """Give the account's id."""
        return self.people[prospect_id].account_id

    def receiver_of(self, prospect_id: int) -> int | None:
        """Give the id of the one to tell."""
        user = self.routes[prospect_id].user
        return user.id if user else None

    def count(self, visit: VisitRow, alert: Alert) -> None:
        """Let a decision just made count for the next ones."""
        self.recent.count(alert, not_theirs=visit.not_theirs)
        told = self.told[visit.prospect_id]
        if alert.corrected_at is None and (alert.decision is not Decision.HOLD or alert.why in DIGEST_HOLDS):
            told[visit.id] = visit.last_at
        else:
            told.pop(visit.id, None)

    def _receiver(self, visit: VisitRow, now: datetime) -> Receiver:
        found = self.routes[visit.prospect_id]
        user = found.user
        if user is None:
            return Receiver(None)
        calls = self.recent.to_user(user.id, ZoneInfo(user.time_zone), now, but=visit.id)
        return Receiver(user.id, away=found.away, open=WorkingHours.of(user).is_open(now), calls_today=calls)

    def _account_tier(self, visit: VisitRow) -> Tier | None:
        """Give the highest tier the account, or the person without one, was alerted with in the cooldown."""
        return self.recent.highest_tier(
            self.account_of(visit.prospect_id),
            visit.prospect_id,
            self.now - self.policy.account_cooldown,
            but=visit.id,
        )

    def _newer_told(self, visit: VisitRow) -> bool:
        told = self.told[visit.prospect_id]
        return visit.id not in told and any(at > visit.last_at for at in told.values())

    def _load_recent(self, session: Session, accounts: Collection[int]) -> None:
        self.recent = RecentCalls.load(
            session,
            self.now - max(A_DAY_SOMEWHERE, self.policy.account_cooldown),
            accounts=accounts,
            prospects=self.people,
            users={route.user.id for route in self.routes.values() if route.user},
        )

    def _load_told(self, session: Session, visits: Sequence[VisitRow]) -> None:
        old = {visit.prospect_id for visit in visits if self.now - visit.last_at > NEWS}
        if not old:
            return
        for prospect_id, visit_id, last_at in session.execute(
            select(Visit.prospect_id, Visit.id, Visit.last_at)
            .join(Alert, Alert.visit_id == Visit.id)
            .where(
                among(Visit.prospect_id, old),
                Visit.not_theirs.is_(False),
                Alert.corrected_at.is_(None),
                # Closed before it was sent, it is in no mail any more.
                or_(Alert.closed_at.is_(None), Alert.sent_at.is_not(None)),
                or_(Alert.decision != Decision.HOLD, Alert.why.in_([hold.value for hold in DIGEST_HOLDS])),
            )
        ):
            self.told[prospect_id][visit_id] = last_at

    def _route(self, session: Session, owners: Mapping[int, int | None]) -> None:
        staff = session.execute(_STAFF).all()
        users = {user.id: user for user, _ in staff}
        managers = {user.team_id: manager for user, manager in staff if user.team_id is not None}
        for person in self.people.values():
            keeper = owners.get(person.account_id) if person.account_id is not None else None
            loss = person.latest_loss
            found = (keeper, loss.owner_id if loss else None)
            self.routes[person.id] = route(found, users, managers, self.now)

    def _load_standings(
        self, session: Session, installation: Installation, accounts: Collection[int]
    ) -> None:
        emails = [person.email for person in self.people.values() if person.email]
        kinds = suppressed_kinds(session, installation.signer, emails)
        # Of an account with an open or won deal somebody is talking to a colleague.
        colleagues: dict[int | None, set[DealStatus]] = defaultdict(set)
        for account_id, status in session.execute(_NOT_LOST, {"accounts": list(accounts)}):
            colleagues[account_id].add(status)
        outcomes: dict[int, list[Outcome]] = defaultdict(list)
        for outcome in session.scalars(select(Outcome).where(among(Outcome.prospect_id, self.people))):
            outcomes[outcome.prospect_id].append(outcome)
        alone = left_alone(session, self.people)
        for person in self.people.values():
            user = self.routes[person.id].user
            zone = ZoneInfo(user.time_zone if user else "UTC")
            self.standings[person.id] = Standing.of(
                person.deals,
                colleagues[person.account_id],
                kinds.get(person.email or "", set()),
                FOR_GOOD
                if person.id in alone
                else quiet_until(outcomes[person.id], self.now, zone, self.policy.spoke_quiet),
            )


def _owners_of(session: Session, people: Collection[Person]) -> dict[int, int | None]:
    """Give the accounts of these people, and the user whom the name of each one's owner stands for."""
    ids = {person.account_id for person in people if person.account_id is not None}
    return dict(session.execute(_OWNERS, {"accounts": list(ids)}).all())
