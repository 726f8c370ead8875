"""Call, digest or hold: each trigger, each hold by name, and which comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.policy import (
    CALL_INTENT,
    CALL_WINDOW,
    DAILY_LIMIT,
    DIGEST_HOLDS,
    NEWS,
    SENTENCES,
    STALE_CALL,
    Case,
    Hold,
    Policy,
    Receiver,
    Ruling,
    Standing,
    Trigger,
    barrier,
    decide,
    put_off,
)
from alerts.words import Decision
from tests.builders import NOON
from tracker.ingest.intent import AT_ONCE_TOPICS, HIGH_INTENT_TOPICS, TIERS, TOPIC_POINTS, Tier
from tracker.words import State

CLICK = Case(
    state=State.CONFIRMED,
    topics=frozenset({"blog"}),
    answers_reason=False,
    by_link=True,
    intent=2,
    receiver=Receiver(1),
)
"""An ordinary first click on a mailing, confirmed."""
PRICING = replace(CLICK, topics=frozenset({"pricing"}), intent=30)
SECOND = timedelta(seconds=1)


def ruled(case: Case, policy: Policy | None = None) -> Ruling:
    return decide(case, NOON, policy or Policy())


def held(case: Case) -> str:
    ruling = ruled(case)
    assert (ruling.decision, ruling.due_at) == (Decision.HOLD, None)
    return ruling.why.value


def standing(**facts: object) -> Case:
    return replace(PRICING, standing=Standing(**facts))  # type: ignore[arg-type]  # named in each story


def receiver(**facts: object) -> Case:
    return replace(PRICING, receiver=Receiver(1, **facts))  # type: ignore[arg-type]


def test_the_numbers_are_those_of_the_design() -> None:
    day = timedelta(hours=24)
    assert Policy() == Policy(
        call_window=timedelta(seconds=20), call_intent=55, account_cooldown=day, daily_limit=5
    )


@pytest.mark.parametrize(
    ("case", "trigger"),
    [
        (replace(CLICK, answers_reason=True), Trigger.ANSWERS_REASON),
        (replace(CLICK, by_link=False), Trigger.UNPROMPTED),
        (replace(CLICK, intent=CALL_INTENT), Trigger.HIGH_INTENT),
        (replace(CLICK, state=State.STRONG, by_link=False), Trigger.UNPROMPTED),
        *[
            (replace(CLICK, topics=frozenset({topic, "blog"})), Trigger.HIGH_INTENT_PAGE)
            for topic in sorted(HIGH_INTENT_TOPICS)
        ],
    ],
)
def test_each_trigger_makes_a_confirmed_visit_a_call(case: Case, trigger: Trigger) -> None:
    ruling = ruled(case)
    assert (ruling.decision, ruling.why) == (Decision.CALL, trigger)
    assert ruling.sentence == SENTENCES[trigger]


def test_what_they_said_no_for_is_named_before_the_page() -> None:
    assert ruled(replace(PRICING, answers_reason=True, by_link=False)).why is Trigger.ANSWERS_REASON


def test_an_ordinary_click_goes_into_the_digest() -> None:
    assert ruled(CLICK) == Ruling(Decision.DIGEST, Trigger.ORDINARY)
    assert ruled(replace(CLICK, intent=CALL_INTENT - 1)).decision is Decision.DIGEST


def test_moving_about_is_at_most_worth_the_digest() -> None:
    everything = replace(PRICING, state=State.ENGAGED, answers_reason=True, by_link=False, intent=100)
    assert ruled(everything).decision is Decision.DIGEST


def test_contact_and_demo_pages_are_called_at_once_the_others_after_the_window() -> None:
    for topic in AT_ONCE_TOPICS:
        assert ruled(replace(CLICK, topics=frozenset({topic, "pricing"}))).due_at == NOON
    assert ruled(PRICING).due_at == NOON + CALL_WINDOW
    assert ruled(PRICING, Policy(call_window=3 * SECOND)).due_at == NOON + 3 * SECOND


@pytest.mark.parametrize(
    ("case", "hold"),
    [
        (replace(PRICING, state=State.INTERNAL), Hold.INTERNAL),
        (replace(PRICING, state=State.MACHINE), Hold.MACHINE),
        (replace(PRICING, state=State.UNCONFIRMED), Hold.UNCONFIRMED),
        (standing(suppressed=True), Hold.SUPPRESSED),
        (standing(do_not_call=True), Hold.DO_NOT_CALL),
        (standing(customer=True), Hold.CUSTOMER),
        (standing(open_deal=True), Hold.OPEN_DEAL),
        (standing(lost_deals=0), Hold.NO_LOST_DEAL),
        (standing(qualified=False), Hold.NOT_QUALIFIED),
        (standing(quiet_until=NOON + SECOND), Hold.QUIET),
        (replace(PRICING, receiver=Receiver(None)), Hold.NO_OWNER),
        (replace(PRICING, account_tier=Tier.WARM), Hold.COOLDOWN),
        (replace(PRICING, age=STALE_CALL + SECOND), Hold.TOO_LATE),
        (replace(PRICING, age=NEWS + SECOND, newer_told=True), Hold.OLD_NEWS),
        (receiver(away=True), Hold.REP_AWAY),
        (receiver(calls_today=DAILY_LIMIT), Hold.DAILY_LIMIT),
        (receiver(open=False), Hold.OUTSIDE_HOURS),
    ],
)
def test_each_hold_has_its_name_and_sentence(case: Case, hold: Hold) -> None:
    assert held(case) == hold.value
    assert ruled(case).sentence == SENTENCES[hold]


def test_every_name_has_a_sentence() -> None:
    assert set(SENTENCES) == {*Trigger, *Hold}


def test_what_only_waits_is_listed_in_the_digest() -> None:
    assert {Hold.DAILY_LIMIT, Hold.OUTSIDE_HOURS, Hold.REP_AWAY, Hold.TOO_LATE} == DIGEST_HOLDS


def test_a_call_that_could_not_go_out_in_time_waits_for_the_digest() -> None:
    assert put_off(is_open=True, waited=STALE_CALL) is None
    assert put_off(is_open=True, waited=STALE_CALL + SECOND) is Hold.TOO_LATE
    assert put_off(is_open=False, waited=SECOND) is Hold.TOO_LATE


def test_holds_are_named_in_one_order() -> None:
    """Our own and machines first, then what the person asked for, then deals, then ourselves."""
    everything = Case(
        state=State.INTERNAL,
        topics=frozenset({"pricing"}),
        answers_reason=True,
        by_link=False,
        intent=30,
        receiver=Receiver(None),
        standing=Standing(
            suppressed=True,
            do_not_call=True,
            customer=True,
            open_deal=True,
            lost_deals=0,
            qualified=False,
            quiet_until=NOON + SECOND,
        ),
        account_tier=Tier.BURNING,
        age=NEWS + SECOND,
        newer_told=True,
    )
    away = Receiver(1, away=True, open=False, calls_today=DAILY_LIMIT)
    lifted: list[tuple[Hold, dict[str, object]]] = [
        (Hold.INTERNAL, {"state": State.MACHINE}),
        (Hold.MACHINE, {"state": State.UNCONFIRMED}),
        (Hold.SUPPRESSED, {"suppressed": False}),
        (Hold.DO_NOT_CALL, {"do_not_call": False}),
        (Hold.CUSTOMER, {"customer": False}),
        (Hold.OPEN_DEAL, {"open_deal": False}),
        (Hold.NO_LOST_DEAL, {"lost_deals": 1}),
        (Hold.NOT_QUALIFIED, {"qualified": True}),
        (Hold.QUIET, {"quiet_until": None}),
        (Hold.UNCONFIRMED, {"state": State.CONFIRMED}),
        (Hold.NO_OWNER, {"receiver": away}),
        (Hold.OLD_NEWS, {"newer_told": False}),
        (Hold.COOLDOWN, {"account_tier": None}),
        (Hold.TOO_LATE, {"age": STALE_CALL}),
        (Hold.REP_AWAY, {"receiver": replace(away, away=False)}),
        (Hold.DAILY_LIMIT, {"receiver": replace(away, away=False, calls_today=0)}),
        (Hold.OUTSIDE_HOURS, {"receiver": Receiver(1)}),
    ]
    case = everything
    for hold, change in lifted:
        assert held(case) == hold.value
        of_case = {key: value for key, value in change.items() if key in Case.__slots__}
        of_standing = {key: value for key, value in change.items() if key not in of_case}
        case = replace(case, **of_case)  # type: ignore[arg-type]  # fields of the case
        case = replace(case, standing=replace(case.standing, **of_standing))  # type: ignore[arg-type]
    assert ruled(case).decision is Decision.CALL


def test_an_old_visit_is_told_of_when_nothing_newer_is() -> None:
    old = replace(CLICK, age=NEWS + SECOND)
    assert ruled(old).decision is Decision.DIGEST
    assert ruled(replace(PRICING, age=NEWS + SECOND)).why is Hold.TOO_LATE
    assert ruled(replace(CLICK, age=NEWS, newer_told=True)).decision is Decision.DIGEST
    assert held(replace(old, newer_told=True)) == "old news"


def test_silence_ends_at_its_moment() -> None:
    assert held(standing(quiet_until=NOON + SECOND)) == "quiet after an outcome"
    assert ruled(standing(quiet_until=NOON)).decision is Decision.CALL


def test_an_account_is_called_again_only_when_interest_rises_a_tier() -> None:
    warm = replace(PRICING, account_tier=Tier.WARM)
    assert held(replace(warm, intent=TIERS[Tier.HOT] - 1)) == "cooldown"
    assert ruled(replace(warm, intent=TIERS[Tier.HOT])).decision is Decision.CALL
    burning = replace(warm, account_tier=Tier.BURNING, intent=100)
    assert held(burning) == "cooldown"


def test_the_fifth_alert_of_a_day_goes_out_and_the_sixth_waits() -> None:
    assert ruled(receiver(calls_today=DAILY_LIMIT - 1)).decision is Decision.CALL
    assert ruled(receiver(calls_today=1), Policy(daily_limit=1)).why is Hold.DAILY_LIMIT


def test_an_ordinary_visit_is_listed_whatever_the_rep_does_today() -> None:
    for busy in (Receiver(1, open=False), Receiver(1, away=True), Receiver(1, calls_today=99)):
        assert ruled(replace(CLICK, receiver=busy, account_tier=Tier.COLD)).decision is Decision.DIGEST


cases = st.builds(
    Case,
    state=st.sampled_from(State),
    topics=st.frozensets(st.sampled_from([*TOPIC_POINTS, ""]), max_size=4),
    answers_reason=st.booleans(),
    by_link=st.booleans(),
    intent=st.integers(0, 100),
    receiver=st.builds(
        Receiver,
        user_id=st.none() | st.just(1),
        away=st.booleans(),
        open=st.booleans(),
        calls_today=st.integers(0, 9),
    ),
    standing=st.builds(
        Standing,
        suppressed=st.booleans(),
        do_not_call=st.booleans(),
        customer=st.booleans(),
        open_deal=st.booleans(),
        lost_deals=st.integers(0, 3),
        qualified=st.booleans(),
        quiet_until=st.none() | st.sampled_from([NOON - SECOND, NOON, NOON + SECOND]),
    ),
    account_tier=st.none() | st.sampled_from(Tier),
    age=st.sampled_from([timedelta(0), STALE_CALL, STALE_CALL + SECOND, NEWS, NEWS + SECOND]),
    newer_told=st.booleans(),
)


@given(cases)
def test_a_machine_or_someone_who_asked_for_peace_is_never_called(case: Case) -> None:
    nobody = case.state in (State.MACHINE, State.INTERNAL, State.UNCONFIRMED)
    left_alone = nobody or case.standing.suppressed or case.standing.do_not_call
    if left_alone:
        assert ruled(case).decision is Decision.HOLD


@given(cases)
def test_a_call_was_confirmed_has_a_reader_and_a_time_and_nothing_against_it(case: Case) -> None:
    ruling = ruled(case)
    if ruling.decision is not Decision.CALL:
        assert ruling.due_at is None
        return
    assert case.state in (State.CONFIRMED, State.STRONG)
    assert case.receiver.user_id is not None
    assert case.age <= STALE_CALL
    assert ruling.due_at is not None
    assert NOON <= ruling.due_at <= NOON + CALL_WINDOW
    assert barrier(case.state, case.standing, NOON) is None
