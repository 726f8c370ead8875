"""What the policy needs to know about some prospects, loaded at once: deals, wishes, owners, alerts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from alerts.models import Alert, Outcome
from alerts.policy import DIGEST_HOLDS, NEWS, Case, Policy, Receiver, Standing
from alerts.quiet import quiet_until
from alerts.recent import A_DAY_SOMEWHERE, RecentCalls
from alerts.routing import Route, route
from alerts.words import Decision
from tracker.among import among
from tracker.ingest.judge import latest_lost_deals
from tracker.models import (
    Account,
    Deal,
    DealStatus,
    OwnerName,
    PageView,
    Prospect,
    SuppressionKind,
    Team,
    User,
    Visit,
    deal_prospects,
)
from tracker.months import of_visits
from tracker.people.hours import WorkingHours
from tracker.suppression import suppressed_kinds

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.ingest.intent import Tier
    from tracker.installation import Installation


@dataclass(slots=True)
class Circumstances:
    """The facts around a group of visits. `count` keeps them true while decisions are being made."""

    policy: Policy
    now: datetime
    topics: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    prospects: dict[int, Prospect] = field(default_factory=dict)
    deals: dict[int, list[Deal]] = field(default_factory=lambda: defaultdict(list))
    latest: dict[int, Deal] = field(default_factory=dict)
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
        visits: Sequence[Visit],
        now: datetime,
        policy: Policy,
        *,
        lock: bool = True,
    ) -> Self:
        """Load everything for these visits.

        Their accounts are locked until the end of the transaction, so that two never alert at once;
        without `lock` it is a mere look.
        """
        facts = cls(policy, now)
        people = {visit.prospect_id for visit in visits}
        facts.prospects = {
            row.id: row for row in session.scalars(select(Prospect).where(among(Prospect.id, people)))
        }
        accounts = _accounts_of(session, facts.prospects.values(), lock=lock)
        for visit_id, topic in session.execute(
            select(PageView.visit_id, PageView.topic)
            .where(among(PageView.visit_id, [visit.id for visit in visits]), of_visits(visits))
            .distinct()
        ):
            facts.topics[visit_id].add(topic)
        for prospect_id, deal in session.execute(
            select(deal_prospects.c.prospect_id, Deal)
            .join(Deal, Deal.id == deal_prospects.c.deal_id)
            .where(among(deal_prospects.c.prospect_id, people))
        ):
            facts.deals[prospect_id].append(deal)
        facts._add_account_deals(session, accounts)
        facts.latest = latest_lost_deals(session, people)
        facts._route(session, accounts)
        facts._load_recent(session, accounts)
        facts._load_standings(session, installation)
        facts._load_told(session, visits)
        return facts

    def case_of(self, visit: Visit, now: datetime) -> Case:
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

    def deal_of(self, prospect_id: int) -> Deal | None:
        """Give the latest lost deal."""
        return self.latest.get(prospect_id)

    def account_of(self, prospect_id: int) -> int | None:
        """Give the account's id."""
        return self.prospects[prospect_id].account_id

    def receiver_of(self, prospect_id: int) -> int | None:
        """Give the id of the one to tell."""
        user = self.routes[prospect_id].user
        return user.id if user else None

    def count(self, visit: Visit, alert: Alert) -> None:
        """Let a decision just made count for the next ones."""
        self.recent.count(alert, not_theirs=visit.not_theirs)
        told = self.told[visit.prospect_id]
        if alert.corrected_at is None and (alert.decision is not Decision.HOLD or alert.why in DIGEST_HOLDS):
            told[visit.id] = visit.last_at
        else:
            told.pop(visit.id, None)

    def _receiver(self, visit: Visit, now: datetime) -> Receiver:
        found = self.routes[visit.prospect_id]
        user = found.user
        if user is None:
            return Receiver(None)
        calls = self.recent.to_user(user.id, ZoneInfo(user.time_zone), now, but=visit.id)
        return Receiver(user.id, away=found.away, open=WorkingHours.of(user).is_open(now), calls_today=calls)

    def _account_tier(self, visit: Visit) -> Tier | None:
        """Give the highest tier the account, or the person without one, was alerted with in the cooldown."""
        return self.recent.highest_tier(
            self.account_of(visit.prospect_id),
            visit.prospect_id,
            self.now - self.policy.account_cooldown,
            but=visit.id,
        )

    def _newer_told(self, visit: Visit) -> bool:
        told = self.told[visit.prospect_id]
        return visit.id not in told and any(at > visit.last_at for at in told.values())

    def _add_account_deals(self, session: Session, accounts: Collection[int]) -> None:
        """Let a colleague's open or won deal count: then somebody is talking to the company."""
        by_account: dict[int, list[Deal]] = defaultdict(list)
        for deal in session.scalars(
            select(Deal).where(among(Deal.account_id, accounts), Deal.status != DealStatus.LOST)
        ):
            by_account[deal.account_id or 0].append(deal)
        for prospect in self.prospects.values():
            own = self.deals[prospect.id]
            own += [deal for deal in by_account[prospect.account_id or 0] if deal not in own]

    def _load_recent(self, session: Session, accounts: Collection[int]) -> None:
        self.recent = RecentCalls.load(
            session,
            self.now - max(A_DAY_SOMEWHERE, self.policy.account_cooldown),
            accounts=accounts,
            prospects=self.prospects,
            users={route.user.id for route in self.routes.values() if route.user},
        )

    def _load_told(self, session: Session, visits: Sequence[Visit]) -> None:
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

    def _route(self, session: Session, accounts: dict[int, Account]) -> None:
        users = {user.id: user for user in session.scalars(select(User))}
        managers = {team.id: team.manager_id for team in session.scalars(select(Team))}
        name_ids = {account.owner_name_id for account in accounts.values()}
        name_ids |= {deal.owner_name_id for deal in self.latest.values()}
        owners = dict(
            session.execute(
                select(OwnerName.id, OwnerName.user_id).where(among(OwnerName.id, name_ids - {None}))
            ).all()
        )
        for prospect in self.prospects.values():
            account = accounts.get(prospect.account_id) if prospect.account_id is not None else None
            deal = self.latest.get(prospect.id)
            names = (account.owner_name_id if account else None, deal.owner_name_id if deal else None)
            found = [owners.get(name) if name is not None else None for name in names]
            self.routes[prospect.id] = route(found, users, managers, self.now)

    def _load_standings(self, session: Session, installation: Installation) -> None:
        emails = [prospect.email for prospect in self.prospects.values() if prospect.email]
        kinds = suppressed_kinds(session, installation.signer, emails)
        outcomes: dict[int, list[Outcome]] = defaultdict(list)
        for outcome in session.scalars(select(Outcome).where(among(Outcome.prospect_id, self.prospects))):
            outcomes[outcome.prospect_id].append(outcome)
        for prospect in self.prospects.values():
            user = self.routes[prospect.id].user
            wishes = kinds.get(prospect.email or "", set())
            zone = ZoneInfo(user.time_zone if user else "UTC")
            self.standings[prospect.id] = _standing(
                self.deals[prospect.id], wishes, quiet_until(outcomes[prospect.id], self.now, zone)
            )


def _standing(deals: Sequence[Deal], wishes: Collection[SuppressionKind], quiet: datetime | None) -> Standing:
    lost = [deal for deal in deals if deal.status is DealStatus.LOST]
    return Standing(
        suppressed=SuppressionKind.DO_NOT_TRACK in wishes,
        do_not_call=SuppressionKind.DO_NOT_CALL in wishes,
        customer=any(deal.status is DealStatus.WON for deal in deals),
        open_deal=any(deal.status is DealStatus.OPEN for deal in deals),
        lost_deals=len(lost),
        qualified=not lost or any(not deal.not_qualified for deal in lost),
        quiet_until=quiet,
    )


def _accounts_of(session: Session, prospects: Collection[Prospect], *, lock: bool) -> dict[int, Account]:
    ids = {prospect.account_id for prospect in prospects if prospect.account_id is not None}
    query = select(Account).where(among(Account.id, ids)).order_by(Account.id)
    rows = session.scalars(query.with_for_update(key_share=True) if lock else query)
    return {account.id: account for account in rows}
