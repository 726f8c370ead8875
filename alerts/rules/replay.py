"""What would other rules have decided about the visits of the last weeks? PURE: records in, answers out.

Each visit is decided about once, as it was at its end, by the policy's own function. What no rule here
changes is taken from the decision of then: a customer, an open deal, a wish to be left alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from alerts.policy import Case, Hold, Receiver, Ruling, Standing, decide
from alerts.quiet import quiet_until
from alerts.rules.limits import Limits, by_day
from alerts.rules.weights import Weights
from alerts.words import Decision
from tracker.ingest.intent import tier_of
from tracker.people.hours import WorkingHours

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from alerts.policy import Policy
    from alerts.quiet import Report
    from alerts.rules.weights import Read, Weighed
    from tracker.ingest.intent import Points, Tier
    from tracker.rules.hours import DefaultHours
    from tracker.words import ReasonKind, State

AT_ONCE = timedelta(0)


class Record(NamedTuple):
    """A visit that may have been told of, and what was decided about it."""

    visit_id: int
    prospect_id: int
    account_id: int | None
    user_id: int | None
    state: State
    by_link: bool
    started_at: datetime
    last_at: datetime
    decided_at: datetime
    why: str
    """The name of the trigger or hold of then."""
    intent: int
    names: tuple[str, ...]
    """Of its reasons for intent, without *earlier visits*."""
    kind: ReasonKind | None
    """Of the loss reason."""


class Desk(NamedTuple):
    """Whoever would have been told: their hours and zone as they are now."""

    hours: WorkingHours
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Past:
    """The records in the order of their decisions, and what counts beside them."""

    records: Sequence[Record]
    desks: Mapping[int, Desk]
    reports: Mapping[int, Sequence[Report]] = field(default_factory=dict)
    """Outcomes that ask for silence, by prospect."""
    earlier: Mapping[int, Sequence[tuple[datetime, int]]] = field(default_factory=dict)
    """Visits before the first record: when they began and their points, by prospect, oldest first."""
    every: int = 1
    """The records are those of every so many companies."""
    hourly: Mapping[int, Mapping[datetime, int]] = field(default_factory=dict)
    """How many visits each rep had of all companies, by the hour in which they were decided about."""


@dataclass(frozen=True, slots=True)
class Rules:
    """One set of all rules. `read` holds the visits that are read otherwise under it than was stored.

    `hours` are those that everybody works; None: their own.
    """

    points: Points
    policy: Policy
    read: Mapping[int, Read] = field(default_factory=dict)
    hours: DefaultHours | None = None


def replay(past: Past, rules: Rules, *, weigh: bool) -> list[Ruling]:
    """Decide about every record, in order. Without `weigh` the points are those of then.

    Of a ruling decision and name hold; when a call was due is not told for each.
    """
    return replays(past, [rules], weigh=weigh)[0]


def replays(past: Past, each: Sequence[Rules], *, weigh: bool) -> list[list[Ruling]]:
    """Do so by each of these rules; what comes to the same under the ones before is not worked out again."""
    moments = {hours: _Moments(past.desks, hours) for hours in {rules.hours for rules in each}}
    loads = {hours: by_day(past.hourly, moments[hours].desks) for hours in moments}
    silent = {quiet: silences(past, quiet) for quiet in {rules.policy.spoke_quiet for rules in each}}
    known: dict[timedelta, list[tuple[Weighed, int]]] = {}
    rulings = []
    for rules in each:
        limits = Limits(rules.policy.daily_limit, past.every, loads[rules.hours], past.desks)
        house = _House(rules.policy, moments[rules.hours], silent[rules.policy.spoke_quiet], limits)
        half_life = rules.points.half_life
        weights = Weights(past, rules, weigh=weigh)
        known[half_life] = weights.all(past.records, known.get(half_life))
        rulings.append(
            [house.decide(record, *one) for record, one in zip(past.records, known[half_life], strict=True)]
        )
    return rulings


def silences(past: Past, spoke_quiet: timedelta) -> dict[int, datetime]:
    """Say until when the outcomes of then asked for silence, by visit; others are not named."""
    silent = {}
    for record in past.records:
        reports = past.reports.get(record.prospect_id)
        known = [one for one in reports if one.at <= record.decided_at] if reports else ()
        if known:
            desk = past.desks.get(record.user_id or 0)
            zone = desk.zone if desk else UTC
            until = quiet_until(known, record.decided_at, zone, spoke_quiet)
            if until is not None:
                silent[record.visit_id] = until
    return silent


class _Moments:
    """Tells the day, and whether it was working time, when a decision fell; asked for each visit once."""

    def __init__(self, desks: Mapping[int, Desk], hours: DefaultHours | None) -> None:
        self.desks = desks if hours is None else {user: _working(desk, hours) for user, desk in desks.items()}
        self._known: dict[int, tuple[date, bool]] = {}

    def of(self, record: Record) -> tuple[date, bool]:
        found = self._known.get(record.visit_id)
        if found is None:
            now, desk = record.decided_at, self.desks.get(record.user_id or 0)
            found = (
                (now.astimezone(desk.zone).date(), desk.hours.is_open(now)) if desk else (now.date(), True)
            )
            self._known[record.visit_id] = found
        return found


def _working(desk: Desk, hours: DefaultHours) -> Desk:
    """Give somebody these hours, in their own zone."""
    zone = desk.hours.time_zone
    return Desk(WorkingHours(zone, hours.start, hours.end, hours.days), desk.zone)


class _Plain(NamedTuple):
    """What a visit is worth if nothing else counted."""

    ruling: Ruling
    tier: Tier


class _House:
    """Decides, and remembers the calls for the limits of those that follow.

    Visits that are alike in all that the policy looks at are decided about once.
    """

    def __init__(
        self, policy: Policy, moments: _Moments, silent: Mapping[int, datetime], limits: Limits
    ) -> None:
        self._policy = policy
        self._limits = limits
        self._moments = moments
        self._silent = silent
        self._plain: dict[tuple[State, Weighed, bool, int], _Plain] = {}
        self._waiting: dict[tuple[object, ...], Ruling] = {}
        self._calls: dict[tuple[str, int], list[tuple[datetime, Tier]]] = defaultdict(list)

    def decide(self, record: Record, weighed: Weighed, score: int) -> Ruling:
        key = (record.state, weighed, record.by_link, score)
        plain = self._plain.get(key)
        if plain is None:
            ruling = decide(_case(record, weighed, score), record.decided_at, self._policy)
            plain = self._plain[key] = _Plain(ruling, tier_of(score, self._policy.tiers))
        silent = record.visit_id in self._silent
        if plain.ruling.decision is not Decision.CALL and not silent and record.user_id is not None:
            return plain.ruling  # no limit and no hour has a say in it: that is most of them
        return self._among_others(record, weighed, score, plain)

    def _among_others(self, record: Record, weighed: Weighed, score: int, plain: _Plain) -> Ruling:
        """Decide with what the rep and the account were told before."""
        now, policy = record.decided_at, self._policy
        today, is_open = self._moments.of(record)
        left = self._limits.left(record.user_id, today)
        whom = ("account", record.account_id) if record.account_id else ("person", record.prospect_id)
        tier = self._tier(whom, now)
        quiet = self._silent.get(record.visit_id)
        age = max(AT_ONCE, now - record.last_at)
        late, full = age > policy.stale_call, left.calls <= 0
        away, nobody = record.why == Hold.REP_AWAY, record.user_id is None
        key = (plain.ruling.why, plain.tier, tier, quiet is None, late, full, is_open, away, nobody)
        ruling = self._waiting.get(key)
        if ruling is None:
            case = replace(
                _case(record, weighed, score),
                receiver=Receiver(
                    record.user_id, away=away, open=is_open, calls_today=policy.daily_limit if full else 0
                ),
                standing=Standing(quiet_until=quiet),
                account_tier=tier,
                age=age,
            )
            ruling = self._waiting[key] = decide(case, now, policy)
        if ruling.decision is Decision.CALL:
            if record.why == Hold.TOO_LATE and not late:
                # It was the mail that came too late, which no rule here would have hastened.
                return Ruling(Decision.HOLD, Hold.TOO_LATE)
            left.calls -= 1
            self._calls[whom].append((now, plain.tier))
        return ruling

    def _tier(self, whom: tuple[str, int], now: datetime) -> Tier | None:
        """Give the highest tier that they were called about lately; the latest calls stand last."""
        calls = self._calls.get(whom)
        if not calls:
            return None
        since = now - self._policy.account_cooldown
        lately = takewhile(lambda call: call[0] > since, reversed(calls))
        return max((tier for _, tier in lately), key=self._policy.tiers.__getitem__, default=None)


def _case(record: Record, weighed: Weighed, score: int) -> Case:
    """Put it together as if nothing but the visit counted."""
    receiver = Receiver(_SOMEBODY)
    return Case(record.state, weighed.topics, weighed.answers, record.by_link, score, receiver)


_SOMEBODY = 0
