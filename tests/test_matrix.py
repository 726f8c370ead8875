"""Role x object x verb (S13, S16): every page and every button of the desk, as each role meets it.

The rooms say which right each of their pages needs; the table of rights says who has it. What is a
colleague's is not there (404), what is not for a role is refused (403), and a form without its token does
nothing (400).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from alerts.interview.making import Plan, make_interview
from alerts.review.notes import Draft
from alerts.review.notes import add as add_note
from alerts.words import OutcomeKind, ReviewNoteKind
from tests.alerts.content.shelf import add_goal, add_sent
from tests.alerts.scenes import add_alert, add_outcome, add_visit
from tests.builders import NOON, add_account, add_deal, add_owner_name, add_prospect, add_user
from tests.tracker.web.company import TOKEN, Company, open_company
from tracker.audit import by_user
from tracker.calendar_month import Month
from tracker.people.rights import Reach, may, reach
from tracker.words import DealStatus, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session
    from werkzeug.routing import Rule
    from werkzeug.test import TestResponse

    from tests.tracker.web.company import Browser
    from tracker.db import Database
    from tracker.models import User
    from tracker.web.house import House
    from tracker.web.rooms import Page

NOBODYS = 2**31 - 1
OF_PEOPLE = (
    "prospect_id",
    "account_id",
    "deal_id",
    "alert_id",
    "outcome_id",
    "goal_id",
    "sent_id",
    "note_id",
)
REFUSED, HIDDEN = 403, 404
NO_TOKEN = 400
DECISION = Draft(ReviewNoteKind.DECISION, "Ask for SSO")
GONE = (303, 409)
"""What a list answers whose line was taken away meanwhile: back to it, or that it changed."""


@pytest.fixture
def company(database: Database) -> Iterator[Company]:
    with open_company(database) as opened:
        yield opened


@pytest.fixture
def pages(company: Company) -> dict[str, Page]:
    house: House = company.door.client.application.extensions["ringback-desk"]
    return house.pages


class Bo:
    """A rep in nobody's team, with a prospect, a deal, an alert and a report."""

    def __init__(self, session: Session) -> None:
        self.user = add_user(session, "Bo Fox")
        owner = add_owner_name(session, self.user)
        account = add_account(session, "Foxglove", owner)
        person = add_prospect(session, account, "Fay Ito")
        deal = add_deal(session, person, owner=owner)
        add_deal(session, person, owner=owner, status=DealStatus.OPEN)
        alert = add_alert(session, add_visit(session, person), self.user, account_id=account.id)
        outcome = add_outcome(session, alert, self.user, OutcomeKind.SPOKE)
        asked = Plan(deal.id, person.id)
        self.ids: dict[str, Any] = {
            "prospect_id": person.id,
            "account_id": account.id,
            "deal_id": deal.id,
            "alert_id": alert.id,
            "outcome_id": outcome.id,
            "interview_id": make_interview(session, by_user(self.user.id), self.user.id, asked, NOON).id,
            "goal_id": add_goal(session, person).id,
            "sent_id": add_sent(session, person, self.user).id,
            "note_id": add_note(session, Month(2026, 2), DECISION, self.user.id, NOON),
            "month": "2026-02",
            "kind": "svg",
        }


@pytest.fixture
def bo(company: Company) -> Bo:
    with company.database.writing() as session:
        return Bo(session)


def hired(company: Company, role: Role) -> User:
    return company.hire(f"{role} Person", role=role)


def rule_of(company: Company, endpoint: str) -> Rule:
    rules = company.door.client.application.url_map.iter_rules()
    return next(one for one in rules if one.endpoint == endpoint)


def address(company: Company, endpoint: str, ids: dict[str, Any]) -> tuple[str, str]:
    """The path of a page with these ids, nobody's where none is given, and its method."""
    app, rule = company.door.client.application, rule_of(company, endpoint)
    values = {name: ids.get(name, NOBODYS) for name in rule.arguments}
    with app.test_request_context():
        path = app.url_for(endpoint, **values)
    return path, "POST" if "POST" in (rule.methods or ()) else "GET"


def met(company: Company, role: Role, pages: dict[str, Page], ids: dict[str, Any]) -> dict[str, int]:
    """Which status this role meets at each page; who was signed out by a button signs in again."""
    browser = Asking.of(company, hired(company, role))
    answers = {}
    for endpoint in pages:
        path, method = address(company, endpoint, ids)
        answer = browser.asks(path, method)
        if answer.location == "/sign-in" or answer.status_code == NO_TOKEN:
            browser = Asking.of(company, company.hire("Again", role=role))
            answer = browser.asks(path, method)
        answers[endpoint] = answer.status_code
    return answers


@dataclass(frozen=True, slots=True)
class Asking:
    """A browser in which somebody is signed in, and the token that its forms hold, which stays the same."""

    browser: Browser
    token: str

    @classmethod
    def of(cls, company: Company, user: User) -> Asking:
        browser = company.browser(user)
        found = TOKEN.search(browser.gets("/you").text)
        assert found is not None
        return cls(browser, found[1])

    def asks(self, path: str, method: str) -> TestResponse:
        # A report names its kind; other forms take no notice of it.
        form = {"csrf_token": self.token, "kind": "spoke"}
        if method == "POST":
            return self.browser.client.post(path, data=form, buffered=True)
        return self.browser.gets(path)


@pytest.mark.parametrize("role", Role)
def test_s13_what_is_not_for_a_role_is_refused_and_what_nobody_has_is_not_there(
    company: Company, pages: dict[str, Page], role: Role
) -> None:
    answers = met(company, role, pages, {"kind": "svg"})
    refused = {endpoint for endpoint, status in answers.items() if status == REFUSED}
    assert refused == {name for name, page in pages.items() if not may(role, page.verb, page.thing)}
    assert not {endpoint: status for endpoint, status in answers.items() if status >= 500}
    there = {
        endpoint: answers[endpoint]
        for endpoint, page in pages.items()
        if may(role, page.verb, page.thing)
        and any(name.endswith("_id") for name in rule_of(company, endpoint).arguments)
        and answers[endpoint] not in (HIDDEN, *GONE)
    }
    assert there == {}


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER])
def test_s13_what_is_a_colleagues_is_not_there(
    company: Company, pages: dict[str, Page], bo: Bo, role: Role
) -> None:
    answers = met(company, role, pages, bo.ids)
    open_to_them = {
        endpoint: answers[endpoint]
        for endpoint, page in pages.items()
        if reach(role, page.verb, page.thing) in (Reach.OWN, Reach.TEAM)
        and rule_of(company, endpoint).arguments & set(OF_PEOPLE)
        and answers[endpoint] != HIDDEN
    }
    assert open_to_them == {}


def test_s16_a_form_without_its_token_does_nothing(company: Company, pages: dict[str, Page], bo: Bo) -> None:
    browser = company.browser(hired(company, Role.ADMIN))
    for endpoint in pages:
        path, method = address(company, endpoint, bo.ids)
        if method == "POST":
            assert browser.client.post(path).status_code == NO_TOKEN, endpoint


def test_nobody_who_is_not_signed_in_sees_anything(company: Company, pages: dict[str, Page], bo: Bo) -> None:
    for endpoint in pages:
        path, method = address(company, endpoint, bo.ids)
        answer = (
            company.browser().gets(path) if method == "GET" else company.browser().sends(path, "/sign-in")
        )
        assert (answer.status_code, answer.location) == (303, "/sign-in"), endpoint


def test_every_page_of_the_desk_says_what_it_needs(company: Company, pages: dict[str, Page]) -> None:
    """But the door, the strong door behind it, and the pages behind a mail's buttons."""
    elsewhere = {"alerts", "door", "strong", "health", "ingest", "interview", "interviewer", "preferences"}
    rules = company.door.client.application.url_map.iter_rules()
    assert {rule.endpoint for rule in rules if rule.endpoint.partition(".")[0] not in elsewhere} == set(pages)
