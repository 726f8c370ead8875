"""A replay decides about visits that are alike once; it comes to what deciding about each of them does."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from alerts.policy import Case, Hold, Receiver, Ruling, Standing, Trigger, decide
from alerts.quiet import quiet_until
from alerts.rules.past import Said
from alerts.rules.replay import Past, Record, Rules, replay, replays
from alerts.rules.weights import Read
from alerts.words import Decision, OutcomeKind
from tests.alerts.rules.test_replay import DOCS, HOURS, NOW, SAM, with_policy
from tests.builders import NOON
from tracker.ingest import intent
from tracker.ingest.intent import TOPIC_POINTS, EarlierVisit, Points, Tier
from tracker.words import State

VISITS, PEOPLE, ACCOUNTS = 600, 80, 40
NAMES = ("page: docs", "page: pricing", "page: careers", intent.ANSWERS, intent.ACTIVE, intent.RENEWAL)
DEAR = replace(NOW, points=Points(topics={**TOPIC_POINTS, "docs": 40}))
SHORT = replace(NOW, points=Points(half_life=timedelta(days=2)))
OTHERWISE = replace(NOW, read={number: Read(frozenset({"demo"}), answers=False) for number in range(50, 60)})
OTHERS = (
    NOW,
    with_policy(call_intent=20, daily_limit=2, spoke_quiet=timedelta(days=1)),
    with_policy(account_cooldown=timedelta(days=5), stale_call=timedelta(hours=1)),
    DEAR,
    SHORT,
    OTHERWISE,
)


def varied(dice: random.Random) -> Past:
    records = sorted((_visit(dice, number) for number in range(VISITS)), key=lambda one: one.decided_at)
    reports: dict[int, list[Said]] = defaultdict(list)
    for _ in range(60):
        at = NOON + timedelta(hours=dice.uniform(-200, 400))
        kind = dice.choice((OutcomeKind.SPOKE, OutcomeKind.CALL_BACK, OutcomeKind.STOP))
        day = (at + timedelta(days=3)).date() if kind is OutcomeKind.CALL_BACK else None
        reports[dice.randrange(PEOPLE)].append(Said(kind, at, day))
    earlier = {person: [(NOON - timedelta(days=person % 40 + 1), 60)] for person in range(0, PEOPLE, 3)}
    return Past(records, {SAM: HOURS}, reports, earlier)


def _visit(dice: random.Random, number: int) -> Record:
    began = NOON + timedelta(hours=dice.uniform(0, 400))
    ended = began + timedelta(minutes=dice.choice((1, 5, 30)))
    person = dice.randrange(PEOPLE)
    return DOCS._replace(
        visit_id=number,
        prospect_id=person,
        account_id=person % ACCOUNTS or None,
        user_id=dice.choice((SAM, SAM, 2, None)),
        state=dice.choice((State.CONFIRMED, State.STRONG, State.ENGAGED)),
        by_link=dice.random() < 0.9,
        started_at=began,
        last_at=ended,
        decided_at=ended + timedelta(minutes=dice.choice((0, 0, 90, 600))),
        why=dice.choice((Trigger.ORDINARY, Hold.REP_AWAY, Hold.TOO_LATE, Hold.QUIET)),
        intent=dice.randrange(101),
        names=tuple(name for name in NAMES if dice.random() < 0.2),
    )


def one_by_one(past: Past, rules: Rules, *, weigh: bool) -> list[tuple[Decision, str]]:
    """Decide about each visit with nothing remembered but whom one was told of."""
    brought: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    brought |= {person: list(visits) for person, visits in past.earlier.items()}
    days: Counter[tuple[int | None, date]] = Counter()
    calls: list[tuple[object, datetime, Tier]] = []
    rulings: list[tuple[Decision, str]] = []
    policy = rules.policy
    for one in past.records:
        now, person = one.decided_at, one.prospect_id
        stored = {name.removeprefix(intent.PAGE) for name in one.names if name.startswith(intent.PAGE)}
        topics, answers = rules.read.get(one.visit_id, (frozenset(stored), intent.ANSWERS in one.names))
        points = _points(one, rules.points, topics, answers=answers)
        before = [EarlierVisit(worth, one.started_at - at) for at, worth in brought[person]]
        score = points + intent.carry(before, points, rules.points.half_life) if weigh else one.intent
        brought[person].append((one.started_at, points))
        whom = one.account_id or ("person", person)
        called = [tier for other, at, tier in calls if other == whom and at > now - policy.account_cooldown]
        known = [report for report in past.reports.get(person, ()) if report.at <= now]
        case = Case(
            one.state,
            topics,
            answers,
            one.by_link,
            score,
            Receiver(
                one.user_id,
                away=one.why == Hold.REP_AWAY,
                open=one.user_id != SAM or HOURS.hours.is_open(now),
                calls_today=days[one.user_id, now.date()],
            ),
            Standing(quiet_until=quiet_until(known, now, spoke_quiet=policy.spoke_quiet)),
            max(called, key=policy.tiers.__getitem__, default=None),
            now - one.last_at,
        )
        ruling = decide(case, now, policy)
        if ruling.decision is Decision.CALL and one.why == Hold.TOO_LATE:
            ruling = Ruling(Decision.HOLD, Hold.TOO_LATE)
        elif ruling.decision is Decision.CALL:
            days[one.user_id, now.date()] += 1
            calls.append((whom, now, intent.tier_of(score, policy.tiers)))
        rulings.append((ruling.decision, ruling.why))
    return rulings


def _points(one: Record, table: Points, topics: frozenset[str], *, answers: bool) -> int:
    worth = [table.topics.get(topic, 0) for topic in topics]
    worth += [table.answers_reason] if answers else []
    worth += [table.active] if intent.ACTIVE in one.names else []
    worth += [table.renewal] if intent.RENEWAL in one.names else []
    return intent.own_points(worth)


def named(rulings: list[Ruling]) -> list[tuple[Decision, str]]:
    return [(ruling.decision, ruling.why) for ruling in rulings]


@pytest.mark.parametrize("rules", OTHERS)
@pytest.mark.parametrize("weigh", [True, False])
def test_visits_that_are_alike_are_decided_about_once_and_rightly(rules: Rules, *, weigh: bool) -> None:
    past = varied(random.Random(7))  # noqa: S311  (a fixed roll, no secret)
    answers = named(replay(past, rules, weigh=weigh))
    assert answers == one_by_one(past, rules, weigh=weigh)
    assert len(set(answers)) >= 8  # calls, and what keeps from them


def test_two_replays_share_what_is_the_same_and_nothing_else() -> None:
    past = varied(random.Random(8))  # noqa: S311  (a fixed roll, no secret)
    together = replays(past, OTHERS, weigh=True)
    alone = [replay(past, rules, weigh=True) for rules in OTHERS]
    assert [named(each) for each in together] == [named(each) for each in alone]
    assert len({tuple(named(each)) for each in together}) == len(OTHERS)
