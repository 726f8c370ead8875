"""What all pages share: the cookie, tokens in forms, headers, errors, who is let in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import alerts.web
import tracker.web
from alerts.web.headers import SECURE_HEADERS
from tests.front_door import database_away
from tests.tracker.web.company import open_company
from tracker.people.rights import may
from tracker.people.sessions import IDLE_LIFE, LIFE, SEEN_EVERY
from tracker.signing import Purpose, Signer
from tracker.words import Role, Thing, Verb

if TYPE_CHECKING:
    from tests.tracker.web.company import Company
    from tracker.db import Database

PAGES = ["/you", "/users", "/users/1"]
HTTPS = "https://ringback.northwind.example"


def test_s16_over_https_the_cookie_is_bound_to_the_host(database: Database) -> None:
    with open_company(database, base_url=HTTPS) as company:
        answer = company.browser().client.get("/sign-in", base_url=HTTPS, buffered=True)
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-ringback-desk=")
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= attributes
        assert not any(part.startswith("domain") for part in attributes)


def test_the_visitors_cookie_lives_beside_ours(company: Company) -> None:
    """Where the endpoint has the pages' host, a test link must not sign anybody out."""
    browser = company.browser(company.hire())
    browser.client.set_cookie("ringback", "a.visitor.s")
    assert browser.is_in()


@pytest.mark.parametrize("path", PAGES)
def test_s16_pages_carry_the_headers_and_are_kept_by_nobody(company: Company, path: str) -> None:
    kim = company.hire("Kim Berg", role=Role.ADMIN)
    answer = company.browser(kim).gets(path)
    assert answer.status_code == 200
    assert {name: answer.headers[name] for name in SECURE_HEADERS} == dict(SECURE_HEADERS)
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", answer.text, re.DOTALL)
    assert set(scripts) == {""}  # files of ours, nothing inline
    assert "style=" not in answer.text


def test_looks_are_kept_by_browsers_until_they_change(company: Company) -> None:
    page = company.browser(company.hire()).gets("/you").text
    looks = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert {look.partition("?")[0] for look in looks} >= {"/static/house.css", "/static/desk.js"}
    for look in looks:
        assert "immutable" in company.browser().gets(look).headers["Cache-Control"]
    assert company.browser().gets("/static/house.css").headers["Cache-Control"] == "no-store"


def test_a_part_of_a_page_is_refused_rather_than_filled_with_the_door(company: Company) -> None:
    """A live part of somebody signed out elsewhere: the script then loads the page anew."""
    browser = company.browser()
    assert browser.client.get("/you", headers={"HX-Request": "true"}).status_code == 401


@pytest.mark.parametrize("path", PAGES)
def test_who_is_not_signed_in_is_asked_to(company: Company, path: str) -> None:
    company.hire()
    assert company.browser().gets(path).location == "/sign-in"
    assert company.browser().sends(path, "/sign-in", name="Eve").location == "/sign-in"


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in",
        "/sign-out",
        "/sign-in/x",
        "/first-admin/x",
        "/you",
        "/you/sessions/1/end",
        "/users",
        "/users/1/left",
    ],
)
def test_s16_a_form_without_its_token_changes_nothing(company: Company, path: str) -> None:
    kim = company.hire("Kim Berg", role=Role.ADMIN)
    browser, other = company.browser(kim), company.browser(kim)
    foreign = re.search(r'csrf_token" value="([^"]+)"', other.gets("/you").text)
    assert foreign is not None
    browser.gets("/you")
    for token in ({}, {"csrf_token": ""}, {"csrf_token": foreign[1]}):
        answer = browser.client.post(path, data=token | {"name": "Eve", "email": kim.email}, buffered=True)
        assert answer.status_code == 400
        assert "out of date, so nothing was changed" in answer.text
    assert browser.is_in()
    assert company.noted() == []


def test_the_cookie_of_another_installation_is_none(company: Company) -> None:
    kim = company.hire("Kim Berg", role=Role.ADMIN)
    foreign = Signer(("another installation's key, quite long",))
    signed = company.browser(kim).client.get_cookie("ringback-desk")
    assert signed is not None
    app = company.door.client.application
    ours, app.secret_key = app.secret_key, foreign.keys_for(Purpose.DESK)[0]
    stranger = company.browser()
    stranger.client.set_cookie("ringback-desk", signed.value)
    assert not stranger.is_in()
    app.secret_key = ours
    stranger.client.set_cookie("ringback-desk", signed.value)
    assert stranger.is_in()


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "é", "%00", "x" * 3000])
def test_a_cookie_that_nobody_signed_is_none(company: Company, cookie: str) -> None:
    browser = company.browser()
    browser.client.set_cookie("ringback-desk", cookie)
    assert not browser.is_in()


def test_a_session_ends_after_a_week_of_rest_and_after_a_month_at_all_events(company: Company) -> None:
    browser = company.browser(company.hire())
    for _ in range(LIFE // IDLE_LIFE):
        company.door.now += IDLE_LIFE - SEEN_EVERY
        assert browser.is_in()
    company.door.now += IDLE_LIFE - SEEN_EVERY
    assert not browser.is_in()
    idle = company.browser(company.hire("Priya Nair"))
    company.door.now += IDLE_LIFE
    assert not idle.is_in()


def test_s13_a_page_that_is_not_for_a_role_says_so(company: Company) -> None:
    for role in Role:
        browser = company.browser(company.hire(role.title(), role=role))
        answer = browser.gets("/users")
        allowed = may(role, Verb.ADD, Thing.USER)
        assert answer.status_code == (200 if allowed else 403)
        assert ('href="/users"' in browser.gets("/you").text) == allowed


def test_an_error_page_stands_in_the_house(company: Company) -> None:
    answer = company.browser(company.hire()).gets("/nothing")
    assert answer.status_code == 404
    assert "Sign out" in answer.text


def test_a_database_that_is_away_is_said(company: Company, database_url: str) -> None:
    browser = company.browser(company.hire())
    browser.gets("/you")
    with database_away(database_url):
        shown = browser.gets("/you?tab=hours")  # which SQLite can while another process writes
        assert shown.status_code == (200 if company.database.is_sqlite else 503)
        assert ('href="/you?tab=hours">Try again</a>' in shown.text) == (shown.status_code == 503)
        assert ">Sign in<" not in shown.text
        answer = browser.sends("/you", "/sign-in")
        assert answer.status_code in {303, 400, 503}
    assert browser.is_in()


def test_both_houses_of_pages_speak_one_language_of_colours() -> None:
    def colours(package: str, name: str) -> list[str]:
        text = (Path(package).parent / "static" / name).read_text(encoding="utf-8")
        return re.findall(r":root \{[^}]+\}", text)

    assert len(colours(tracker.web.__file__, "house.css")) == 2
    assert colours(tracker.web.__file__, "house.css") == colours(alerts.web.__file__, "pages.css")
