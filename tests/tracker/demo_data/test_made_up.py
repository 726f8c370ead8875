"""Made-up people, companies and visits are believable, and are nobody's."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from tracker.demo_data.browsers import DESKTOPS, PHONES, SCANNERS
from tracker.demo_data.companies import companies, company_name
from tracker.demo_data.reading import SITES, THEMES, Manner, Walks
from tracker.imports.loss import outcome_of
from tracker.ingest.agents import read_agent
from tracker.ingest.screen import Evidence, screen
from tracker.topic_rules import DEFAULT_RULES, topic_of
from tracker.words import DealStatus, State

if TYPE_CHECKING:
    from tracker.demo_data.companies import Company

TODAY = date(2026, 3, 10)


def seeded() -> Random:
    return Random(7)  # noqa: S311  (made-up data)


@pytest.fixture(scope="module")
def made() -> list[Company]:
    return list(companies(seeded(), 1_000, TODAY, first=0))


def test_names_do_not_come_twice() -> None:
    assert len({company_name(number) for number in range(80_000)}) == 80_000


def test_there_are_as_many_people_as_asked_for_in_companies_of_few(made: list[Company]) -> None:
    sizes = [len(company.contacts) for company in made]
    assert sum(sizes) == 1_000
    assert 1.4 < sum(sizes) / len(sizes) < 1.8


def test_addresses_and_numbers_are_kept_for_fiction(made: list[Company]) -> None:
    contacts = [contact for company in made for contact in company.contacts]
    addresses = [contact.email for contact in contacts if contact.email]
    assert len(set(addresses)) == len(addresses) > 900
    assert all(address.endswith(".example") for address in addresses)
    american = [contact.phone for contact in contacts if contact.phone.startswith("+1")]
    assert american
    assert all(phone[5:10] == "55501" for phone in american)


def test_deals_say_what_the_import_would_have_made_of_them(made: list[Company]) -> None:
    chances = [chance for company in made for chance in company.chances]
    lost = [chance for chance in chances if chance.status is DealStatus.LOST]
    assert 0.8 < len(lost) / len(chances) < 1
    assert {chance.status for chance in chances} == set(DealStatus)
    for chance in lost:
        assert chance.outcome == outcome_of(chance.status, chance.reason_kind, chance.competitor)
        assert chance.closed_on is not None
        assert TODAY - timedelta(days=3 * 365) <= chance.closed_on < TODAY
    assert any(not chance.reason for chance in lost)


def test_the_same_random_numbers_make_the_same_companies(made: list[Company]) -> None:
    assert list(companies(seeded(), 1_000, TODAY, first=0)) == made


def test_people_come_in_browsers_and_programs_in_what_says_so() -> None:
    for agent in (*DESKTOPS, *PHONES):
        assert (read_agent(agent).machine, read_agent(agent).demotion) == ("", "")
    for agent in set(SCANNERS) - set(DESKTOPS):
        assert read_agent(agent).machine


def test_what_shows_of_a_walk_is_what_it_is_meant_to_be() -> None:
    walks = Walks(seeded(), lambda site, url: f"{site} {url}")
    walks.keep(20)
    states = {
        manner: {screen(Evidence(DESKTOPS[0], walks.pick(manner).shown)).state for _ in range(40)}
        for manner in Manner
    }
    assert states[Manner.PERSON] <= {State.CONFIRMED, State.STRONG}
    assert states[Manner.WANDERER] == {State.ENGAGED}
    assert states[Manner.GLANCE] == states[Manner.HASTY] == {State.UNCONFIRMED}


def test_pages_are_about_something() -> None:
    topics = {
        topic_of(SITES[theme.site].origin + path, DEFAULT_RULES)
        for theme in THEMES
        for path, _ in theme.pages
    }
    assert {"pricing", "demo", "contact", "comparison", "case study", "docs", "blog", "careers"} <= topics
