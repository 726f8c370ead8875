"""Who was there, by the evidence: every state, every rule at its edge."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.ingest.stories import PERSON
from tracker.ingest.agents import AGENT_IS_BOT, AGENT_IS_NO_BROWSER, CHROME_NEVER_WAS
from tracker.ingest.screen import (
    CAME_AGAIN,
    CONFIRM_GESTURE_MS,
    CONFIRM_VISIBLE_MS,
    DRIVEN,
    ENGAGE_BURSTS,
    ENGAGE_VISIBLE_MS,
    GESTURE,
    MORE_PAGES,
    NO_GESTURE,
    QUICK_GESTURE,
    TOO_QUICK_MS,
    Evidence,
    PageEvidence,
    screen,
)
from tracker.words import State

TAPPED = PageEvidence(
    visible_ms=CONFIRM_VISIBLE_MS, first_gesture_ms=CONFIRM_GESTURE_MS, last_gesture_ms=CONFIRM_GESTURE_MS
)
MOVED = PageEvidence(visible_ms=ENGAGE_VISIBLE_MS, bursts=ENGAGE_BURSTS)


def judged(
    *pages: PageEvidence, agent: str = PERSON, signs: tuple[str, ...] = (), before: bool = False
) -> State:
    return screen(Evidence(agent, pages, signs, confirmed_before=before)).state


def test_a_tap_after_time_to_read_confirms() -> None:
    assert screen(Evidence(PERSON, (TAPPED,))).reasons == (GESTURE,)
    assert judged(TAPPED) is State.CONFIRMED


def test_a_tap_confirms_at_the_very_edge_and_not_before_it() -> None:
    early = replace(TAPPED, first_gesture_ms=CONFIRM_GESTURE_MS - 1, last_gesture_ms=CONFIRM_GESTURE_MS - 1)
    assert judged(early) is State.UNCONFIRMED
    assert judged(replace(TAPPED, visible_ms=CONFIRM_VISIBLE_MS - 1)) is State.UNCONFIRMED
    assert judged(replace(early, last_gesture_ms=CONFIRM_GESTURE_MS)) is State.CONFIRMED


def test_time_is_counted_over_all_pages_of_the_visit() -> None:
    brief = replace(TAPPED, visible_ms=CONFIRM_VISIBLE_MS - 1_000)
    assert judged(brief) is State.UNCONFIRMED
    assert judged(brief, PageEvidence(visible_ms=1_000)) is State.STRONG


def test_a_first_gesture_faster_than_anybody_demotes_the_visit() -> None:
    quick = replace(TAPPED, first_gesture_ms=TOO_QUICK_MS - 1)
    assert screen(Evidence(PERSON, (quick,))).reasons == (QUICK_GESTURE,)
    assert judged(TAPPED, quick) is State.UNCONFIRMED
    assert judged(replace(quick, first_gesture_ms=TOO_QUICK_MS)) is State.CONFIRMED


def test_moving_about_for_a_while_engages_and_never_confirms() -> None:
    assert judged(MOVED) is State.ENGAGED
    assert judged(replace(MOVED, bursts=ENGAGE_BURSTS - 1)) is State.UNCONFIRMED
    assert judged(replace(MOVED, visible_ms=ENGAGE_VISIBLE_MS - 1)) is State.UNCONFIRMED
    assert judged(replace(MOVED, visible_ms=3_600_000, bursts=1_000)) is State.ENGAGED


def test_time_on_the_page_alone_proves_nothing() -> None:
    assert screen(Evidence(PERSON, (PageEvidence(visible_ms=3_600_000),))).reasons == (NO_GESTURE,)
    assert judged() is State.UNCONFIRMED


def test_a_second_page_or_a_later_visit_makes_it_strong() -> None:
    assert judged(TAPPED, PageEvidence()) is State.STRONG
    assert judged(TAPPED, before=True) is State.STRONG
    both = screen(Evidence(PERSON, (TAPPED, TAPPED), confirmed_before=True))
    assert both.reasons == (GESTURE, MORE_PAGES, CAME_AGAIN)
    assert judged(PageEvidence(), PageEvidence(), before=True) is State.UNCONFIRMED


@pytest.mark.parametrize(
    ("agent", "sign"),
    [
        ("", AGENT_IS_NO_BROWSER),
        ("curl/8.5.0", AGENT_IS_NO_BROWSER),
        ("python-requests/2.32.3", AGENT_IS_NO_BROWSER),
        ("Mozilla/5.0", AGENT_IS_NO_BROWSER),
        ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", AGENT_IS_BOT),
        (PERSON.replace("Chrome", "HeadlessChrome"), AGENT_IS_BOT),
    ],
)
def test_a_user_agent_that_is_no_persons_makes_a_machine(agent: str, sign: str) -> None:
    found = screen(Evidence(agent, (TAPPED,)))
    assert (found.state, found.reasons) == (State.MACHINE, (sign,))


def test_a_chrome_that_never_existed_keeps_a_visit_from_being_confirmed_and_is_no_machine() -> None:
    agent = PERSON.replace("142.0.0.0", "58.0.4711.1234")
    found = screen(Evidence(agent, (TAPPED, MOVED), confirmed_before=True))
    assert (found.state, found.reasons) == (State.UNCONFIRMED, (CHROME_NEVER_WAS,))


def test_every_demotion_is_named() -> None:
    quick = replace(TAPPED, first_gesture_ms=TOO_QUICK_MS - 1)
    found = screen(Evidence(PERSON.replace("142.0.0.0", "58.0.4711.1234"), (quick,)))
    assert found.reasons == (CHROME_NEVER_WAS, QUICK_GESTURE)


def test_a_driven_browser_is_a_machine_whatever_it_taps() -> None:
    driven = screen(Evidence(PERSON, (TAPPED, replace(TAPPED, driver=True))))
    assert (driven.state, driven.reasons) == (State.MACHINE, (DRIVEN,))


def test_every_sign_of_a_machine_is_named() -> None:
    found = screen(Evidence("curl/8", (replace(TAPPED, driver=True),), ("no Sec-Fetch headers",)))
    assert found.reasons == (AGENT_IS_NO_BROWSER, "no Sec-Fetch headers", DRIVEN)


pages = st.builds(
    PageEvidence,
    visible_ms=st.integers(0, 60_000),
    first_gesture_ms=st.none() | st.integers(0, 10_000),
    last_gesture_ms=st.none() | st.integers(0, 60_000),
    bursts=st.integers(0, 5),
    driver=st.booleans(),
)
visits = st.builds(
    Evidence,
    user_agent=st.sampled_from([PERSON, "curl/8.5.0"]),
    pages=st.lists(pages, max_size=4).map(tuple),
    signs=st.sampled_from([(), ("no Sec-Fetch headers",)]),
    confirmed_before=st.booleans(),
)


@given(visits)
def test_a_machine_is_a_machine_whatever_else_it_shows(visit: Evidence) -> None:
    machine = visit.user_agent != PERSON or bool(visit.signs) or any(page.driver for page in visit.pages)
    assert (screen(visit).state is State.MACHINE) is machine


@given(visits, pages)
def test_more_evidence_takes_a_confirmation_back_only_by_a_demotion(
    visit: Evidence, more: PageEvidence
) -> None:
    before, after = screen(visit), screen(replace(visit, pages=(*visit.pages, more)))
    confirmed = (State.CONFIRMED, State.STRONG)
    if before.state in confirmed and after.state not in confirmed:
        assert after.reasons in ((QUICK_GESTURE,), (DRIVEN,))
    if before.state is State.STRONG and after.state in confirmed:
        assert after.state is State.STRONG


@given(visits)
def test_every_state_has_a_reason(visit: Evidence) -> None:
    assert all(screen(visit).reasons)
