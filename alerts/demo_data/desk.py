"""What was decided about each visit, and for whom: by the policy itself, as of the visit's own time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime  # noqa: TC003  (fields' types)
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from alerts.policy import Case, Policy, Receiver, Ruling, Standing, decide
from alerts.quiet import Report, quiet_until
from alerts.routing import Route, route
from alerts.words import Decision
from tracker.ingest.intent import Tier, tier_of
from tracker.people.hours import WorkingHours
from tracker.words import State, SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.demo_data.visits import Came
    from tracker.demo_data.world import Somebody
    from tracker.ingest.people import PersonsDeal
    from tracker.models import User

_HIGHEST = tuple(Tier)[::-1]
"""Of tiers, the highest first."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision about a visit."""

    ruling: Ruling
    user: User | None
    deal_id: int | None
    at: datetime


@dataclass(slots=True)
class Desk:
    """Decides, and remembers what counts for later decisions."""

    policy: Policy
    users: Mapping[int, User]
    managers: Mapping[int, int | None]
    """By team."""
    reports: dict[int, list[Report]] = field(default_factory=lambda: defaultdict(list))
    """By prospect."""
    _calls: dict[int, list[tuple[datetime, Tier]]] = field(default_factory=lambda: defaultdict(list))
    """By account."""
    _daily: dict[tuple[int, date], int] = field(default_factory=lambda: defaultdict(int))
    _hours: dict[int, WorkingHours] = field(init=False)
    _routes: dict[tuple[int | None, int | None, date], Route] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Look once at when everybody works."""
        self._hours = {number: WorkingHours.of(user) for number, user in self.users.items()}

    def decide(self, came: Came) -> Decided:
        """Decide about one visit when it showed what it is."""
        visit, who, at = came.visit, came.who, came.told_at
        deals, loss = who.deals_on(at.date())
        found = self._route(who.firm.keeper, loss.owner_id if loss else None, at)
        case = Case(
            state=visit.state,
            topics=came.walk.topics,
            answers_reason=any(one["name"] == "answers the loss reason" for one in visit.intent_reasons),
            by_link=visit.by_link,
            intent=visit.intent,
            receiver=self._receiver(found, at) if visit.state in _ASKED else Receiver(_id_of(found)),
            standing=self._standing(who, deals, found.user, at) if visit.state not in _NOBODY else Standing(),
            account_tier=self._account_tier(who, at),
        )
        ruling = decide(case, at, self.policy)
        if ruling.decision is Decision.CALL and found.user is not None:
            self._calls[who.firm.id].append((at, tier_of(visit.intent, self.policy.tiers)))
            self._daily[found.user.id, at.astimezone(_zone(found.user.time_zone)).date()] += 1
        return Decided(ruling, found.user, loss.id if loss else None, at)

    def take_back(self, came: Came) -> None:
        """Let the last call about an account count no longer: nobody of it was met."""
        self._calls[came.who.firm.id].pop()

    def _route(self, keeper: int | None, owner: int | None, at: datetime) -> Route:
        key = (keeper, owner, at.date())
        if key not in self._routes:
            self._routes[key] = route((keeper, owner), self.users, self.managers, at)
        return self._routes[key]

    def _receiver(self, found: Route, at: datetime) -> Receiver:
        user = found.user
        if user is None:
            return Receiver(None)
        day = at.astimezone(_zone(user.time_zone)).date()
        return Receiver(
            user.id,
            away=found.away,
            open=self._hours[user.id].is_open(at),
            calls_today=self._daily.get((user.id, day), 0),
        )

    def _standing(self, who: Somebody, deals: list[PersonsDeal], user: User | None, at: datetime) -> Standing:
        day = at.date()
        not_lost = {status for since, status in who.firm.not_lost if since <= day}
        barred = who.no_calls_since is not None and who.no_calls_since <= at
        reports = [one for one in self.reports.get(who.id, ()) if one.at <= at]
        zone = _zone(user.time_zone if user else "UTC")
        return Standing.of(
            deals,
            not_lost,
            {SuppressionKind.DO_NOT_CALL} if barred else (),
            quiet_until(reports, at, zone, self.policy.spoke_quiet) if reports else None,
        )

    def _account_tier(self, who: Somebody, at: datetime) -> Tier | None:
        since = at - self.policy.account_cooldown
        calls = self._calls.get(who.firm.id)
        if not calls or calls[-1][0] <= since:
            return None
        tiers = {tier for called_at, tier in calls if called_at > since}
        return next(tier for tier in _HIGHEST if tier in tiers)


_NOBODY = frozenset({State.INTERNAL, State.MACHINE})
_ASKED = frozenset({State.ENGAGED, State.CONFIRMED, State.STRONG})
_zone = cache(ZoneInfo)


def _id_of(found: Route) -> int | None:
    return found.user.id if found.user else None
