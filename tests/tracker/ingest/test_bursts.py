"""A mail filter opens every link at once: found however it comes, and folded back before anybody is rung."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.models import Alert, Message
from alerts.words import Decision, MessageState
from tests.builders import NOON, add_campaign
from tests.tracker.ingest.stories import ORIGIN, PERSON, Dana, Setting, add_dana, engagement, view
from tests.tracker.ingest.walk import Walk, held
from tracker import db
from tracker.ingest.bursts import (
    COMPANIES_AT_ONCE,
    COMPANIES_WITHIN,
    LINKS_AT_ONCE,
    LINKS_WITHIN,
    SEVERAL_COMPANIES,
    SEVERAL_LINKS,
    Landing,
    at_once,
)
from tracker.models import Prospect, State, Visit

if TYPE_CHECKING:
    from datetime import datetime

PAGES = ("/pricing", "/docs", "/contact")
CHROME = PERSON.replace("Chrome/142", "Chrome/{}")


def opens(
    setting: Setting,
    dana: Dana,
    path: str,
    now: datetime,
    *,
    label: str = "spring-26",
    address: str = "203.0.113.7",
) -> Walk:
    """Open a link in a browser that nobody knows yet."""
    walk = Walk(setting, now=now)
    walk.sender = replace(walk.sender, address=address)
    walk.sends(view(f"{ORIGIN}{path}"), token=f"{dana.token}~{label}")
    return walk


def opens_and_taps(
    setting: Setting,
    dana: Dana,
    path: str,
    now: datetime,
    *,
    address: str = "203.0.113.7",
    user_agent: str = PERSON,
) -> Walk:
    """Open a link as a filter does that runs a whole browser, presses included."""
    walk = Walk(setting, now=now)
    walk.sender = replace(walk.sender, address=address, user_agent=user_agent)
    walk.reads(path, token=f"{dana.token}~spring-26")
    return walk


def states(setting: Setting) -> Counter[State]:
    return Counter(visit.state for visit in Walk(setting).rows(Visit))


def bursts(setting: Setting) -> list[str]:
    return [visit.burst for visit in Walk(setting).rows(Visit)]


def test_a_filter_opens_all_links_of_a_mail_and_nobody_is_rung(setting: Setting) -> None:
    dana = add_dana(setting)
    walks = [
        opens(setting, dana, path, NOON + timedelta(milliseconds=300 * number))
        for number, path in enumerate(PAGES)
    ]
    for walk in walks:
        page = view(f"{ORIGIN}/contact")
        walk.move(seconds=1)
        walk.sends(page)
        walk.move(seconds=7)
        walk.sends(engagement(page))
    assert states(setting) == {State.UNCONFIRMED: 3}
    for visit in walks[0].rows(Visit):
        assert (visit.burst, visit.state_reasons, visit.demoted) == (SEVERAL_LINKS, [SEVERAL_LINKS], True)
    assert walks[0].rows(Message) == []


def test_a_call_that_waits_is_withdrawn_when_the_rest_of_the_burst_shows(setting: Setting) -> None:
    dana = add_dana(setting)
    first = opens_and_taps(setting, dana, "/contact", NOON)
    assert first.one(Alert).decision is Decision.CALL
    for path in PAGES[:2]:
        opens(setting, dana, path, NOON + timedelta(seconds=8))
    assert states(setting) == {State.UNCONFIRMED: 3}
    assert first.one(Message).state is MessageState.WITHDRAWN
    assert {alert.why for alert in first.rows(Alert)} == {"unconfirmed"}


@pytest.mark.parametrize(("later", "burst"), [(timedelta(0), SEVERAL_LINKS), (timedelta(seconds=1), "")])
def test_three_links_are_a_burst_up_to_the_limit(setting: Setting, later: timedelta, burst: str) -> None:
    dana = add_dana(setting)
    last = LINKS_WITHIN + later
    for path, wait in zip(PAGES, (timedelta(0), last / 2, last), strict=True):
        opens(setting, dana, path, NOON + wait)
    assert bursts(setting) == [burst] * LINKS_AT_ONCE


def test_links_that_one_browser_opens_one_after_the_other_are_a_burst_too(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    for path in PAGES:
        walk.sends(view(f"{ORIGIN}{path}"), token=f"{dana.token}~spring-26")
        walk.move(seconds=1)
    assert walk.one(Visit).burst == SEVERAL_LINKS


def test_what_is_no_burst(setting: Setting) -> None:
    dana, others = add_dana(setting), [add_dana(setting, "Eli Fox", "Foxglove") for _ in range(2)]
    with setting.installation.database.writing() as session:
        add_campaign(session, "summer-26")
    opens(setting, dana, "/pricing", NOON)
    opens(setting, dana, "/docs", NOON)  # two links in two tabs
    opens(setting, dana, "/contact", NOON, label="summer-26")  # and one of another mail
    for person in others:  # the same mail, to other people at other places
        opens(setting, person, "/docs", NOON, address="198.51.100.9")
        opens(setting, person, "/docs", NOON, address="198.51.100.9")
        opens(setting, person, "/docs", NOON, address="198.51.100.9")  # the same page thrice
    assert set(bursts(setting)) == {""}


def test_pages_read_quickly_are_no_links_opened(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = opens(setting, dana, "/", NOON)
    for path in PAGES:
        walk.move(seconds=1)
        walk.sends(view(f"{ORIGIN}{path}"))
    assert walk.one(Visit).burst == ""


def test_one_sender_at_the_links_of_three_companies_is_a_filter(setting: Setting) -> None:
    people = [add_dana(setting, f"Dana {number}", f"Company {number}") for number in range(COMPANIES_AT_ONCE)]
    wait = COMPANIES_WITHIN / (COMPANIES_AT_ONCE - 1)
    for number, person in enumerate(people):
        opens_and_taps(setting, person, "/docs", NOON + number * wait)
    assert bursts(setting) == [SEVERAL_COMPANIES] * COMPANIES_AT_ONCE
    assert states(setting) == {State.UNCONFIRMED: COMPANIES_AT_ONCE}


def test_an_office_behind_one_address_does_not_trip(setting: Setting) -> None:
    colleagues = [add_dana(setting, f"Colleague {number}") for number in range(5)]
    with setting.installation.database.writing() as session:
        for person in colleagues:
            session.get_one(Prospect, person.prospect_id).account_id = colleagues[0].account_id
    for number, person in enumerate(colleagues):
        opens_and_taps(setting, person, "/docs", NOON + timedelta(seconds=number))
    strangers = [add_dana(setting, f"Eli {number}", f"Company {number}") for number in range(3)]
    for number, person in enumerate(strangers):  # three companies share a building, not a browser
        opens_and_taps(setting, person, "/docs", NOON, user_agent=CHROME.format(140 + number))
    for number, person in enumerate(strangers):  # nor a place
        opens_and_taps(setting, person, "/docs", NOON, address=f"198.51.100.{number}")
    assert set(bursts(setting)) == {""}


@pytest.mark.parametrize("address", ["", "127.0.0.1", "10.0.0.5", "::1", "fd00::7", "172.64.0.1"])
def test_a_proxy_that_stands_before_us_is_no_sender(setting: Setting, address: str) -> None:
    """Everybody has its address until `RINGBACK_PROXY_HOPS` is set; 172.64.0.0/13 is a CDN's."""
    people = [add_dana(setting, f"Dana {number}", f"Company {number}") for number in range(3)]
    for number, person in enumerate(people):
        opens_and_taps(setting, person, "/docs", NOON + timedelta(seconds=number), address=address)
    assert states(setting) == {State.CONFIRMED: 3}
    assert {visit.address_hash for visit in Walk(setting).rows(Visit)} == {""}


def test_companies_one_after_the_other_are_nothing(setting: Setting) -> None:
    people = [add_dana(setting, f"Dana {number}", f"Company {number}") for number in range(3)]
    for number, person in enumerate(people):
        opens(setting, person, "/docs", NOON + number * (COMPANIES_WITHIN / 2 + timedelta(seconds=1)))
    assert set(bursts(setting)) == {""}


@pytest.mark.parametrize("companies", [True, False])
def test_processes_that_store_a_burst_at_the_same_moment_see_it(
    setting: Setting, database_url: str, *, companies: bool
) -> None:
    people = [add_dana(setting, f"Dana {number}", f"Company {number}") for number in range(3)]
    with ExitStack() as stack:
        walks = []
        for _ in range(3):
            own = db.connect(database_url)
            stack.callback(own.dispose)
            walks.append(Walk(setting, database=own))

        def land(number: int) -> None:
            person = people[number if companies else 0]
            walks[number].sends(view(f"{ORIGIN}{PAGES[number]}"), token=f"{person.token}~spring-26")

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(land, range(3)))
    assert bursts(setting) == [SEVERAL_COMPANIES if companies else SEVERAL_LINKS] * 3


def test_a_burst_in_one_group_of_requests_is_found_as_well(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    pages = [view(f"{ORIGIN}{path}") for path in PAGES]
    with ThreadPoolExecutor(3) as pool, held(walk.front._committer):
        sent = [pool.submit(walk.sends, page, token=dana.token, credential="") for page in pages]
    for one in sent:
        one.result()
    assert set(bursts(setting)) == {SEVERAL_LINKS}


Moments = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 6), st.sampled_from("abcd")), max_size=12)


@given(Moments)
def test_at_once_finds_what_lies_together_and_nothing_else(moments: list[tuple[int, int, str]]) -> None:
    landings = [Landing(NOON + timedelta(seconds=at), visit, what) for at, visit, what in moments]
    within = timedelta(seconds=10)
    expected = set()
    for begin in landings:
        window = [one for one in landings if begin.at <= one.at <= begin.at + within]
        if len({one.what for one in window}) >= LINKS_AT_ONCE:
            expected |= {one.visit_id for one in window}
    assert at_once(landings, LINKS_AT_ONCE, within) == expected
