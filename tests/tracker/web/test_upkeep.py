"""*Upkeep*: the audit log, the keys' marks, and what is kept for how long."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.alerts.scenes import add_visit
from tests.alerts.test_payloads import PAYLOADS
from tests.builders import add_prospect
from tracker.audit import What, by_user, note
from tracker.rules.kept import VISITS_KEPT
from tracker.words import Role, Thing

if TYPE_CHECKING:
    from tests.tracker.web.company import Browser, Company
    from tracker.models import User


@pytest.fixture
def kim(company: Company) -> User:
    return company.hire("Kim Berg", role=Role.ADMIN)


@pytest.fixture
def browser(company: Company, kim: User) -> Browser:
    return company.browser(kim)


def notes(company: Company, user: User, number: int, thing: Thing = Thing.RULE) -> None:
    with company.database.writing() as session:
        for place in range(number):
            what = What(thing, place, {"points": place}, {"points": place + 1})
            note(session, by_user(user.id), "change", what, company.door.now + timedelta(seconds=place))


def test_changes_are_listed_newest_first_by_the_page(company: Company, kim: User, browser: Browser) -> None:
    notes(company, kim, 120)
    first = browser.gets("/upkeep").text
    assert first.count('data-label="What"') == 50
    assert "<del>119</del> 120" in first
    older = browser.gets(re.findall(r'href="(/upkeep\?before=\d+)"', first)[0])
    assert older.text.count('data-label="What"') == 50
    assert "<del>69</del> 70" in older.text
    assert "<del>70</del> 71" not in older.text


def test_only_what_is_asked_for(company: Company, kim: User, browser: Browser) -> None:
    sam = company.hire()
    notes(company, kim, 2)
    notes(company, sam, 3, Thing.SITE)
    assert browser.gets("/upkeep?about=site").text.count('data-label="What"') == 3
    assert browser.gets(f"/upkeep?who={sam.id}").text.count('data-label="What"') == 3
    day = company.door.now.date()
    assert browser.gets(f"/upkeep?until={day}").text.count('data-label="What"') == 5
    assert "Nothing is on record for this" in browser.gets(f"/upkeep?until={day - timedelta(days=1)}").text


@pytest.mark.parametrize(
    "query",
    [
        "about=x",
        "who=0",
        "who=99999999999",
        "until=2026-99-99",
        "until=9999-12-31",
        "until=9999-12-30",
        "until=0001-01-02",
        "before=-1",
    ],
)
def test_nonsense_in_the_address_asks_for_nothing(browser: Browser, query: str) -> None:
    assert browser.gets(f"/upkeep?{query}").status_code == 200


def test_s10_s18_an_export_is_safe_and_on_record(company: Company, kim: User, browser: Browser) -> None:
    with company.database.writing() as session:
        what = What(Thing.SITE, 1, None, {"name": "Northwind"})
        note(session, by_user(kim.id), "=HYPERLINK()", what, company.door.now)
    answer = browser.sends("/upkeep/export?about=site", "/upkeep")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "'=HYPERLINK()" in answer.text
    assert "name: Northwind" in answer.text
    assert ("Kim Berg", "export") in company.noted()
    assert browser.gets("/upkeep/export").status_code == 405


def test_s17_no_key_is_shown(company: Company, browser: Browser) -> None:
    page = browser.gets("/upkeep/keys").text
    signer = company.door.setting.installation.signer
    assert all(mark in page for mark in signer.fingerprints())
    assert not any(key in page for key in signer._keys)


def test_what_is_overdue_is_said(company: Company, browser: Browser) -> None:
    assert "No visit is on record yet" in browser.gets("/upkeep/retention").text
    with company.database.writing() as session:
        add_visit(session, add_prospect(session), at=company.door.now)
    assert "Nothing is overdue" in browser.gets("/upkeep/retention").text
    with company.database.writing() as session:
        add_visit(session, add_prospect(session), at=company.door.now - VISITS_KEPT)
    assert "older than it should be" in browser.gets("/upkeep/retention").text


@pytest.mark.parametrize("role", [Role.REP, Role.MARKETER, Role.MANAGER])
@pytest.mark.parametrize("path", ["/upkeep", "/upkeep/keys", "/upkeep/retention"])
def test_only_admins_see_it(company: Company, role: Role, path: str) -> None:
    assert company.browser(company.hire(role=role)).gets(path).status_code == 403


def test_s7_nothing_on_record_becomes_markup(company: Company, kim: User, browser: Browser) -> None:
    with company.database.writing() as session:
        for payload in PAYLOADS:
            what = What(Thing.SITE, 1, {"name": payload}, {payload[:40]: payload, "name": payload})
            note(session, by_user(kim.id), payload[:40], what, company.door.now)
    page = browser.gets("/upkeep").text
    assert "<script>" not in page.casefold()
    assert "<img src=x" not in page
