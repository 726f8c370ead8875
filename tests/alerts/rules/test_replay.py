"""A replay tells what other rules would have decided; by the rules of then it tells what was decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from alerts.policy import Hold, Policy, Trigger
from alerts.rules.compared import CALL, DIGEST, NOBODY, compare, told
from alerts.rules.limits import Desk
from alerts.rules.replay import Past, Record, Rules, replay
from alerts.rules.weights import Read
from alerts.words import Decision
from tests.builders import NOON
from tracker.ingest.intent import TOPIC_POINTS, Points
from tracker.people.hours import WorkingHours
from tracker.words import ReasonKind, State

SAM = 1
HOURS = Desk(WorkingHours("UTC", 9 * 60, 18 * 60, "12345"), ZoneInfo("UTC"))
DOCS = Record(
    visit_id=1,
    prospect_id=1,
    account_id=1,
    user_id=SAM,
    state=State.CONFIRMED,
    by_link=True,
    started_at=NOON - timedelta(minutes=3),
    last_at=NOON,
    decided_at=NOON,
    why=Trigger.ORDINARY,
    intent=10,
    names=("page: docs",),
    kind=ReasonKind.PRICE,
)
"""Somebody came by a mailing and read the documentation."""
PRICING = DOCS._replace(names=("page: pricing",), intent=30)
NOW = Rules(Points(), Policy())


def another(record: Record, number: int, *, after: timedelta = timedelta(0), **fields: object) -> Record:
    moved = record._replace(
        visit_id=number,
        started_at=record.started_at + after,
        last_at=record.last_at + after,
        decided_at=record.decided_at + after,
    )
    return moved._replace(**fields)  # type: ignore[arg-type]  # named in each story


def answers(*records: Record, rules: Rules = NOW, weigh: bool = True, **past: object) -> list[str]:
    held = Past(records, {SAM: HOURS}, **past)  # type: ignore[arg-type]  # named in each story
    return [told(ruling) for ruling in replay(held, rules, weigh=weigh)]


def with_policy(**numbers: object) -> Rules:
    return replace(NOW, policy=replace(Policy(), **numbers))  # type: ignore[arg-type]


def test_an_ordinary_visit_is_in_the_digest_and_a_lower_threshold_makes_it_a_call() -> None:
    assert answers(DOCS) == [DIGEST]
    assert answers(DOCS, rules=with_policy(call_intent=10)) == [CALL]


def test_points_of_a_topic_add_up_to_another_intent() -> None:
    dear = replace(NOW, points=Points(topics={**TOPIC_POINTS, "docs": 60}))
    assert answers(DOCS, rules=dear) == [CALL]
    assert answers(DOCS, rules=dear, weigh=False) == [DIGEST]


def test_what_earlier_visits_left_counts_too_and_fades() -> None:
    earlier = {1: ((NOON - timedelta(days=14), 100),)}
    low = with_policy(call_intent=60)
    assert answers(DOCS, rules=low, earlier=earlier) == [CALL]
    assert answers(DOCS, rules=replace(low, points=Points(half_life=timedelta(days=1))), earlier=earlier) == [
        DIGEST
    ]


def test_one_call_an_account_in_a_day_and_in_an_hour() -> None:
    visits = (PRICING, another(PRICING, 2, after=timedelta(hours=2), prospect_id=2))
    assert answers(*visits) == [CALL, NOBODY]
    assert answers(*visits, rules=with_policy(account_cooldown=timedelta(hours=1))) == [CALL, CALL]


def test_a_rep_has_five_calls_a_day_or_more() -> None:
    visits = [another(PRICING, number, prospect_id=number, account_id=number) for number in range(1, 8)]
    assert answers(*visits).count(CALL) == 5
    assert answers(*visits, rules=with_policy(daily_limit=7)).count(CALL) == 7


def test_hours_and_absences_of_then_keep_a_call_for_the_digest() -> None:
    night = another(PRICING, 2, after=timedelta(hours=10))
    assert answers(night) == [DIGEST]
    assert answers(PRICING._replace(why=Hold.REP_AWAY)) == [DIGEST]
    assert answers(PRICING._replace(why=Hold.TOO_LATE)) == [DIGEST]


def test_a_visit_that_is_read_otherwise_is_decided_about_otherwise() -> None:
    read = {1: Read(frozenset({"pricing"}), answers=True)}
    assert answers(DOCS, rules=replace(NOW, read=read)) == [CALL]


def test_two_sets_of_rules_beside_each_other() -> None:
    visits = [
        another(DOCS, number, after=timedelta(minutes=number), account_id=number) for number in range(1, 31)
    ]
    past = Past(visits, {SAM: HOURS})
    before, after = (
        replay(past, rules, weigh=False) for rules in (NOW, with_policy(call_intent=10, daily_limit=100))
    )
    found = compare(visits, before, after)
    assert (found.now.calls, found.then.calls, found.differing) == (0, 30, 30)
    assert [one.visit_id for one in found.shown] == list(range(30, 10, -1))
    assert {ruling.decision for ruling in after} == {Decision.CALL}
    assert (found.shown[0].before, found.shown[0].after) == (DIGEST, CALL)
