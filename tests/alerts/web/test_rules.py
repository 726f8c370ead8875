"""*Rules*: a manager tries numbers out on the last weeks, saves them, and new visits are judged by them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from alerts.models import Alert, Decision
from alerts.policy import Policy, Trigger
from alerts.rules.in_force import policy_in_force
from alerts.rules.numbers import SECTIONS
from tests.alerts.scenes import add_alert, add_page, add_visit
from tests.builders import add_account, add_deal, add_owner_name, add_prospect
from tests.tracker.web.company import Company, open_company
from tracker.models import AuditEntry, ReasonKind, User
from tracker.rules.hours import DEFAULT_HOURS
from tracker.topics import load_topics, topic_lines
from tracker.words import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tracker.web.company import Browser
    from tracker.db import Database

AS_IT_IS: dict[str, str | list[str]] = {
    rule.name: rule.written(rule.default) for part in SECTIONS for rule in part.rules
}
PAGES = ("/rules", "/rules/intent", "/rules/topics", "/rules/reasons", "/rules/hours")


@pytest.fixture
def company(database: Database) -> Iterator[Company]:
    with open_company(database) as opened:
        yield opened


def manager(company: Company) -> Browser:
    return company.browser(company.hire("Kim Berg", role=Role.MANAGER))


def version(page: str) -> str:
    return page.partition('name="seen" value="')[2].partition('"')[0]


def numbers(browser: Browser, path: str = "/rules", **typed: str) -> dict[str, str | list[str]]:
    return AS_IT_IS | typed | {"seen": version(browser.gets(path).text)}


def visited(company: Company, *, intent: int = 40, rep: User | None = None) -> Alert:
    """An ordinary confirmed visit of yesterday, which went into the digest."""
    sam = rep or company.hire()
    with company.database.writing() as session:
        person = add_prospect(session, add_account(session, owner=add_owner_name(session, sam)))
        deal = add_deal(session, person, reason_kind=ReasonKind.PRICE)
        visit = add_visit(
            session,
            person,
            at=company.door.now - timedelta(days=1),
            by_link=True,
            intent=intent,
            points=intent,
            intent_reasons=[{"name": "page: docs", "points": 10, "sentence": "Read a page about docs"}],
        )
        add_page(session, visit, "docs")
        return add_alert(
            session,
            visit,
            sam,
            decision=Decision.DIGEST,
            why=Trigger.ORDINARY,
            deal_id=deal.id,
            intent=intent,
        )


def test_a_lower_threshold_is_tried_out_and_saved_and_holds_at_once(company: Company) -> None:
    visited(company)
    browser = manager(company)
    typed = numbers(browser, call_intent="40")
    answer = browser.sends("/rules/preview", "/rules", **typed)
    assert answer.status_code == 200
    assert "1 <small>instead of 0</small>" in answer.text
    assert "a call" in answer.text
    assert company.noted() == []
    assert browser.sends("/rules", **typed).location == "/rules"
    installation = company.door.setting.installation
    assert policy_in_force(installation).call_intent == 40
    with company.database.reading() as session:
        (entry,) = session.scalars(select(AuditEntry))
    assert (entry.verb, entry.before, entry.after) == (
        "change policy",
        {"call_intent": "default"},
        {"call_intent": 40},
    )


def test_one_number_goes_back_to_its_default_by_itself(company: Company) -> None:
    browser = manager(company)
    browser.sends("/rules", **numbers(browser, call_intent="40", daily_limit="9"))
    page = browser.gets("/rules").text
    assert page.count("At first") == 2
    browser.sends("/rules/reset", "/rules", rule="call_intent", seen=version(page))
    policy = policy_in_force(company.door.setting.installation)
    assert (policy.call_intent, policy.daily_limit) == (Policy().call_intent, 9)


def test_the_second_of_two_editors_is_told(company: Company) -> None:
    first, second = manager(company), manager(company)
    old = numbers(second, call_intent="60")
    first.sends("/rules", **numbers(first, call_intent="40"))
    answer = second.sends("/rules", **old)
    assert answer.status_code == 409
    assert "Kim Berg changed these rules while you did" in answer.text
    assert "Now: 40 points" in answer.text
    assert 'value="60"' in answer.text
    assert policy_in_force(company.door.setting.installation).call_intent == 40
    again = old | {"seen": version(answer.text)}
    assert second.sends("/rules", **again).status_code == 303


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"call_intent": "0"}, "Write a whole number from 1 to 100."),
        ({"call_intent": "many"}, "Write a whole number from 1 to 100."),
        ({"call_intent": ""}, "Write a whole number from 1 to 100."),
        ({"hot": "20"}, "Write more than warm has."),
        ({"at_once_topics": "x" * 70}, "of 60 characters"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(company: Company, typed: dict[str, str], says: str) -> None:
    browser = manager(company)
    for path in ("/rules", "/rules/preview"):
        answer = browser.sends(path, "/rules", **numbers(browser, **typed))
        assert answer.status_code == 422
        assert says in answer.text
    assert company.noted() == []


def test_what_the_environment_fixes_is_shown_and_stays(database: Database) -> None:
    with open_company(database, call_window_s=7) as company:
        browser = manager(company)
        assert "Fixed by RINGBACK_CALL_WINDOW_S" in browser.gets("/rules").text
        browser.sends("/rules", **numbers(browser, call_window="99", daily_limit="9"))
        policy = policy_in_force(company.door.setting.installation)
        assert (policy.call_window, policy.daily_limit) == (timedelta(seconds=7), 9)


@pytest.mark.parametrize("path", PAGES)
def test_marketers_see_managers_change_and_reps_find_nothing(company: Company, path: str) -> None:
    marketer = company.browser(company.hire("Mo", role=Role.MARKETER))
    assert marketer.gets(path).status_code == 200
    assert ">Save<" not in marketer.gets(path).text
    assert marketer.sends(path).status_code == 403
    assert company.browser(company.hire()).gets(path).status_code == 403
    assert manager(company).gets(path).status_code == 200


def test_a_topic_is_worth_other_points(company: Company) -> None:
    visited(company)
    browser = manager(company)
    page = browser.gets("/rules/intent").text
    assert 'name="page.pricing" value="30"' in page
    typed = _points(page) | {"page.docs": "90"}
    answer = browser.sends("/rules/intent/preview", "/rules/intent", **typed)
    assert "1 <small>instead of 0</small>" in answer.text
    assert "Docs: 90" not in browser.gets("/rules/intent").text
    browser.sends("/rules/intent", **typed)
    assert 'name="page.docs" value="90"' in browser.gets("/rules/intent").text


def _points(page: str) -> dict[str, str | list[str]]:
    """Everything in the page's form as it stands there."""
    fields: dict[str, str | list[str]] = {"seen": version(page)}
    for part in page.split("<input id=")[1:]:
        name, value = (part.partition(f'{key}="')[2].partition('"')[0] for key in ("name", "value"))
        fields[name] = value
    return fields


def test_a_topic_rule_is_tried_out_added_moved_and_removed(company: Company) -> None:
    visited(company)
    browser = manager(company)
    rule: dict[str, str | list[str]] = {
        "pattern": "/docs",
        "topic": "Pricing",
        "site": "",
        "seen": version(browser.gets("/rules/topics").text),
    }
    answer = browser.sends("/rules/topics/preview", "/rules/topics", **rule)
    assert "1 <small>instead of 0</small>" in answer.text
    browser.sends("/rules/topics", **rule)
    with company.database.reading() as session:
        first, second = topic_lines(session)[:2]
        assert load_topics(session)(None, "https://x.example/docs") == "pricing"
    assert (first.pattern, first.topic) == ("/docs", "pricing")
    asked = browser.gets("/rules/topics?example=https://x.example/docs/").text
    assert "It is about pricing, by the rule /docs" in asked
    browser.sends(
        f"/rules/topics/{first.id}/move", "/rules/topics", to="down", at=str(first.id), seen=version(asked)
    )
    with company.database.reading() as session:
        assert [line.id for line in topic_lines(session)[:2]] == [second.id, first.id]
    page = f"/rules/topics/{first.id}"
    assert "instead of" in browser.sends(f"{page}/without", page).text
    browser.sends(f"{page}/remove", page, seen=version(browser.gets(page).text))
    assert browser.gets(page).status_code == 404
    assert [verb for _, verb in company.noted()] == ["change topics"] * 3


def test_two_who_change_the_order_of_topics_do_not_undo_each_other(company: Company) -> None:
    first, second = manager(company), manager(company)
    with company.database.reading() as session:
        line = topic_lines(session)[0]
    old = version(second.gets("/rules/topics").text)
    first.sends(f"/rules/topics/{line.id}/move", "/rules/topics", to="down", seen=old)
    answer = second.sends(f"/rules/topics/{line.id}/remove", "/rules/topics", seen=old)
    assert answer.status_code == 409
    with company.database.reading() as session:
        assert topic_lines(session)[1].id == line.id


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"pattern": "pricing"}, "pricing is no path"),
        ({"pattern": "\\"}, ">\\ is no path"),
        ({"pattern": ""}, "This is no path"),
        ({"topic": " "}, "A topic has 1 to 60 characters"),
        ({"site": "999"}, "Choose a site of the list"),
        ({"pattern": "/blog*"}, "There is a rule for this already"),
    ],
)
def test_a_topic_rule_that_cannot_be_is_kept_as_typed(
    company: Company, typed: dict[str, str], says: str
) -> None:
    answer = manager(company).sends(
        "/rules/topics", **{"pattern": "/x", "topic": "x", "site": "", "seen": "0"} | typed
    )
    assert answer.status_code == 422
    assert says in answer.text


def test_a_loss_reason_comes_down_to_something_else(company: Company) -> None:
    with company.database.writing() as session:
        deal = add_deal(session, add_prospect(session), reason="Blue moon", reason_kind=ReasonKind.OTHER)
    browser = manager(company)
    assert "No rule knows it" in browser.gets("/rules/reasons?example=Blue+moon").text
    rule = {"phrase": "Blue  Moon", "kind": "timing", "seen": version(browser.gets("/rules/reasons").text)}
    assert browser.sends("/rules/reasons/preview", "/rules/reasons", **rule).status_code == 200
    answer = browser.sends("/rules/reasons", **rule)
    assert "1 deal is of another kind now." in browser.gets(answer.location).text
    with company.database.reading() as session:
        session.add(deal)
        session.refresh(deal)
        assert deal.reason_kind is ReasonKind.TIMING
    assert "It is timing, by the rule" in browser.gets("/rules/reasons?example=blue+moons").text


def test_new_users_begin_with_the_company_s_hours(company: Company) -> None:
    browser = company.browser(company.hire("Kim Berg", role=Role.ADMIN))
    seen = version(browser.gets("/rules/hours").text)
    browser.sends("/rules/hours", start="08:00", end="16:30", days=["1", "2", "3", "4"], seen=seen)
    browser.sends(
        "/users", name="Sam Reed", email="sam@northwind.example", role="rep", team="", time_zone="UTC"
    )
    with company.database.reading() as session:
        sam = session.scalars(select(User).where(User.email == "sam@northwind.example")).one()
    assert (sam.hours_start, sam.hours_end, sam.work_days) == (480, 990, "1234")
    assert DEFAULT_HOURS.changes == {}


def test_names_in_a_preview_are_of_people_in_reach(company: Company) -> None:
    visited(company)
    nobody = company.hire("Ed Other", role=Role.MANAGER)
    marketer = company.browser(company.hire("Mo", role=Role.MARKETER))
    for browser, sees in (
        (company.browser(nobody), False),
        (marketer, False),
        (company.browser(company.hire("Ada", role=Role.ADMIN)), True),
    ):
        answer = browser.sends("/rules/preview", "/rules", **numbers(browser, call_intent="40"))
        assert "1 <small>instead of 0</small>" in answer.text
        assert ("Dana Ortiz" in answer.text) is sees


def test_a_topic_that_no_page_has_is_said_beside_its_field(company: Company) -> None:
    browser = manager(company)
    assert "No page has the topic" not in browser.gets("/rules").text
    typed = numbers(browser, high_intent_topics="pricng, Demo")
    says = "No page has the topic pricng (did you mean pricing?)."
    tried = browser.sends("/rules/preview", "/rules", **typed)
    assert (tried.status_code, says in tried.text) == (200, True)
    assert browser.sends("/rules", **typed).status_code == 303  # it may be meant for later
    assert says in browser.gets("/rules").text
