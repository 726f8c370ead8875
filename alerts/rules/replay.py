"""What would other rules have decided about the visits of the last weeks? PURE: records in, answers out.

Each visit is decided about once, as it was at its end, by the policy's own function. What no rule here
changes is taken from the decision of then: a customer, an open deal, a wish to be left alone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from alerts.policy import Case, Hold, Receiver, Ruling, Standing, decide
from alerts.quiet import quiet_until
from alerts.words import Decision
from tracker.ingest import intent
from tracker.ingest.intent import EarlierVisit, own_points, tier_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from alerts.policy import Policy
    from alerts.quiet import Report
    from tracker.ingest.intent import Points, Tier
    from tracker.people.hours import WorkingHours
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


class Read(NamedTuple):
    """What a visit read, where it is not as it was stored."""

    topics: frozenset[str]
    answers: bool


@dataclass(frozen=True, slots=True)
class Past:
    """The records in the order of their decisions, and what counts beside them."""

    records: Sequence[Record]
    desks: Mapping[int, Desk]
    reports: Mapping[int, Sequence[Report]] = field(default_factory=dict)
    """Outcomes, by prospect."""
    earlier: Mapping[int, Sequence[tuple[datetime, int]]] = field(default_factory=dict)
    """Visits before the first record: when they began and their points, by prospect, oldest first."""


@dataclass(frozen=True, slots=True)
class Rules:
    """One set of all rules. `read` holds the visits that are read otherwise under it than was stored."""

    points: Points
    policy: Policy
    read: Mapping[int, Read] = field(default_factory=dict)


class Weighed(NamedTuple):
    """What a visit's own reasons come to under some rules."""

    points: int
    topics: frozenset[str]
    answers: bool


def replay(past: Past, rules: Rules, *, weigh: bool) -> list[Ruling]:
    """Decide about every record, in order. Without `weigh` the points are those of then."""
    house = _House(rules.policy)
    weights = _Weights(past, rules, weigh=weigh)
    return [house.decide(record, *weights.of(record), past) for record in past.records]


class _Weights:
    """Gives each visit's intent under some rules."""

    def __init__(self, past: Past, rules: Rules, *, weigh: bool) -> None:
        self._rules = rules
        self._weigh = weigh
        self._known: dict[tuple[str, ...], Weighed] = {}
        self._earlier: dict[int, list[tuple[datetime, int]]] = {
            person: list(visits) for person, visits in past.earlier.items()
        }

    def of(self, record: Record) -> tuple[Weighed, int]:
        """Give what its reasons come to, and its score; records come in order."""
        read = self._rules.read.get(record.visit_id)
        weighed = self._known.get(record.names) if read is None else None
        if weighed is None:
            weighed = self._weighed(record.names, read)
            if read is None:
                self._known[record.names] = weighed
        if not self._weigh:
            return weighed, record.intent
        earlier = self._earlier.setdefault(record.prospect_id, [])
        score = weighed.points
        if earlier:
            first = bisect_left(earlier, (record.started_at - intent.WINDOW, 0))
            before = [EarlierVisit(points, record.started_at - at) for at, points in earlier[first:]]
            score += intent.carry(before, weighed.points, self._rules.points.half_life)
        earlier.append((record.started_at, weighed.points))
        return weighed, score

    def _weighed(self, names: tuple[str, ...], read: Read | None) -> Weighed:
        if read is None:
            topics = frozenset(
                name.removeprefix(intent.PAGE) for name in names if name.startswith(intent.PAGE)
            )
            read = Read(topics, intent.ANSWERS in names)
        return Weighed(own_points(self._points(names, read)), read.topics, read.answers)

    def _points(self, names: tuple[str, ...], read: Read) -> Iterator[int]:
        table = self._rules.points
        yield from (table.topics.get(topic, 0) for topic in read.topics)
        if read.answers:
            yield table.answers_reason
        worth = {
            intent.ACTIVE: table.active,
            intent.ON_THEIR_OWN: table.on_their_own,
            intent.SILENCE: table.long_silence,
            intent.THIS_WEEK: table.third_visit,
            intent.RENEWAL: table.renewal,
            intent.COLLEAGUE: table.colleague,
        }
        yield from (worth[name] for name in names if name in worth)


class _House:
    """Decides, and remembers the calls for the limits of those that follow."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._plain: dict[tuple[State, Weighed, bool, int], Ruling] = {}
        self._days: dict[tuple[int, date], int] = defaultdict(int)
        self._calls: dict[tuple[str, int], list[tuple[datetime, Tier]]] = defaultdict(list)

    def decide(self, record: Record, weighed: Weighed, score: int, past: Past) -> Ruling:
        plain = self._by_itself(record, weighed, score)
        if plain.decision is not Decision.CALL and record.prospect_id not in past.reports:
            return plain  # no limit and no hour has a say in it: that is most of them
        now = record.decided_at
        desk = past.desks.get(record.user_id or 0)
        today = now.astimezone(desk.zone).date() if desk else now.date()
        day = (record.user_id or 0, today)
        whom = ("account", record.account_id) if record.account_id else ("person", record.prospect_id)
        case = Case(
            state=record.state,
            topics=weighed.topics,
            answers_reason=weighed.answers,
            by_link=record.by_link,
            intent=score,
            receiver=Receiver(
                record.user_id,
                away=record.why == Hold.REP_AWAY,
                open=desk is None or desk.hours.is_open(now),
                calls_today=self._days[day],
            ),
            standing=self._standing(record, desk, past),
            account_tier=self._tier(whom, now),
            age=max(AT_ONCE, now - record.last_at),
        )
        ruling = decide(case, now, self._policy)
        if ruling.decision is Decision.CALL:
            if record.why == Hold.TOO_LATE and case.age <= self._policy.stale_call:
                # It was the mail that came too late, which no rule here would have hastened.
                return Ruling(Decision.HOLD, Hold.TOO_LATE)
            self._days[day] += 1
            self._calls[whom].append((now, tier_of(score, self._policy.tiers)))
        return ruling

    def _by_itself(self, record: Record, weighed: Weighed, score: int) -> Ruling:
        """Decide as if nothing but the visit counted; visits that are alike are decided about once."""
        key = (record.state, weighed, record.by_link, score)
        ruling = self._plain.get(key)
        if ruling is None:
            case = Case(
                record.state, weighed.topics, weighed.answers, record.by_link, score, Receiver(_SOMEBODY)
            )
            ruling = self._plain[key] = decide(case, record.decided_at, self._policy)
        return ruling

    def _standing(self, record: Record, desk: Desk | None, past: Past) -> Standing:
        reports = past.reports.get(record.prospect_id)
        if not reports:
            return _FREE
        known = [one for one in reports if one.at <= record.decided_at]
        zone = {"zone": desk.zone} if desk else {}
        return Standing(
            quiet_until=quiet_until(known, record.decided_at, spoke_quiet=self._policy.spoke_quiet, **zone)
        )

    def _tier(self, whom: tuple[str, int], now: datetime) -> Tier | None:
        since = now - self._policy.account_cooldown
        tiers = [tier for at, tier in self._calls.get(whom, ()) if at > since]
        return max(tiers, key=self._policy.tiers.__getitem__, default=None)


_FREE = Standing()
_SOMEBODY = 0
