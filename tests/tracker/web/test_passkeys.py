"""Passkeys on the pages, and where one is required: what a mailed link still opens."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.authenticator import Authenticator
from tests.tracker.web.company import open_company
from tracker.models import Passkey, SignInLink
from tracker.people.first_admin import first_address
from tracker.people.sessions import FRESH
from tracker.people.sign_in import make
from tracker.words import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.test import TestResponse

    from tests.tracker.web.company import Browser, Company
    from tracker.db import Database

QUESTION = re.compile(r'data-question="([^"]+)"')
NEW = "/sign-in/passkey/new"


@pytest.fixture
def strict(database: Database) -> Iterator[Company]:
    with open_company(database, sign_in="strong") as opened:
        yield opened


def question(browser: Browser, page: str) -> str:
    found = QUESTION.search(browser.gets(page).text)
    return html.unescape(found[1]) if found else ""


def adds(
    browser: Browser, phone: Authenticator, page: str = "/you", to: str = "/you/passkeys"
) -> TestResponse:
    answer = phone.makes(question(browser, page))
    return browser.sends(to, page, answer=answer, passkey_name="Sam's phone")


def enters(browser: Browser, phone: Authenticator) -> TestResponse:
    answer = phone.answers(question(browser, "/sign-in"))
    return browser.sends("/sign-in/passkey", "/sign-in", answer=answer)


def test_a_passkey_is_added_under_you_and_signs_in_from_any_browser(company: Company) -> None:
    here, elsewhere, phone = company.browser(company.hire()), company.browser(), Authenticator()
    assert adds(here, phone).location == "/you#passkeys"
    page = here.gets("/you").text
    assert "Added Sam&#39;s phone: from now on you can sign in with it." in page
    assert "not used yet" in page
    elsewhere.gets("/you")
    assert enters(elsewhere, phone).location == "/you"
    assert elsewhere.is_in()
    assert company.noted() == [("Sam Reed", "add passkey"), ("Sam Reed", "sign in")]


def test_what_cannot_be_is_said_plainly_and_a_link_can_still_be_asked_for(company: Company) -> None:
    sam = company.hire()
    browser, phone = company.browser(sam), Authenticator()
    adds(browser, phone)
    stranger = company.browser()
    answer = phone.answers(question(stranger, "/sign-in"))
    assert "could not be checked" in stranger.sends("/sign-in/passkey", "/sign-in", answer="{}").text
    other = company.browser()
    said = other.sends("/sign-in/passkey", "/sign-in", answer=answer)
    assert said.status_code == 400
    assert "Press “Use a passkey” once more" in said.text
    assert "Send me a link" in said.text
    browser.sends("/you/passkeys/1/remove", "/you")
    assert "opens nothing here" in enters(stranger, phone).text
    assert not stranger.is_in()


def test_who_signed_in_a_while_ago_does_so_again_before_they_add_or_remove(company: Company) -> None:
    sam = company.hire()
    browser, phone = company.browser(sam), Authenticator()
    adds(browser, phone)
    late = Authenticator().makes(question(browser, "/you"))
    company.door.now += FRESH + timedelta(seconds=1)
    page = browser.gets("/you").text
    assert "sign in again first" in page
    assert "data-question" not in page
    assert "/remove" not in page
    browser.sends("/you/passkeys", "/you", answer=late, passkey_name="Late")
    browser.sends("/you/passkeys/1/remove", "/you")
    assert browser.gets("/you").text.count("sign in again first") > 1
    with company.database.reading() as session:
        assert [one.name for one in session.scalars(select(Passkey))] == ["Sam's phone"]
    browser.sends("/you/passkeys/again", "/you")
    assert not browser.is_in()
    assert enters(browser, phone).location == "/you"
    browser.sends("/you/passkeys/1/remove", "/you")
    assert "With a passkey you sign in without waiting" in browser.gets("/you").text


def test_passkeys_are_named_by_their_owners_alone(company: Company) -> None:
    browser, other = company.browser(company.hire()), company.browser(company.hire("Priya Nair"))
    adds(browser, Authenticator())
    for action in ("name", "remove"):
        assert other.sends(f"/you/passkeys/1/{action}", "/you", passkey_name="Mine").status_code == 404
    browser.sends("/you/passkeys/1/name", "/you", passkey_name=" <b>Key</b> ")
    assert "&lt;b&gt;Key&lt;/b&gt;" in browser.gets("/you").text
    browser.sends("/you/passkeys/1/name", "/you", passkey_name="x" * 81)
    assert "Write a short name" in browser.gets("/you").text


def test_where_browsers_allow_no_passkeys_none_are_offered(database: Database) -> None:
    home = "http://127.0.0.1"
    with open_company(database, base_url=home) as company:
        page = company.browser().client.get("/sign-in", base_url=home, buffered=True)
        assert page.status_code == 200
        assert "Use a passkey" not in page.text


def test_an_admin_clears_what_somebody_lost(company: Company) -> None:
    sam, phone = company.hire(), Authenticator()
    browser = company.browser(sam)
    adds(browser, phone)
    admin = company.browser(company.hire("Kim Berg", role=Role.ADMIN))
    assert "Sam&#39;s phone" in admin.gets(f"/users/{sam.id}").text
    assert browser.sends(f"/users/{sam.id}/passkeys/clear", "/you").status_code == 403
    admin.sends(f"/users/{sam.id}/passkeys/clear", f"/users/{sam.id}")
    assert not browser.is_in()
    assert enters(browser, phone).status_code == 403
    assert company.noted()[1:] == [("Kim Berg", "clear passkeys"), ("Kim Berg", "end sessions")]


def test_asvs_6_3_3_where_it_is_required_a_link_adds_the_first_passkey_and_opens_nothing_else(
    strict: Company,
) -> None:
    sam, browser, phone = strict.hire(role=Role.ADMIN), strict.browser(), Authenticator()
    assert browser.gets("/users").location == "/sign-in"
    assert strict.signs_in(browser, sam.email).location == NEW
    for page in ("/users", "/you"):
        assert browser.gets(page).location == "/sign-in"
    assert browser.gets("/sign-in").location == NEW
    assert browser.sends("/users", NEW, name="Eve").status_code == 303
    assert "One more step, Sam Reed" in browser.gets(NEW).text
    assert adds(browser, phone, NEW, NEW).location == "/you"  # the page they wanted last
    assert browser.is_in()
    assert [verb for _, verb in strict.noted()] == ["sign in", "add passkey", "sign in"]


def test_asvs_6_3_3_who_has_a_passkey_does_not_get_in_by_a_link(strict: Company) -> None:
    sam, browser, phone = strict.hire(), strict.browser(), Authenticator()
    strict.signs_in(browser, sam.email)
    adds(browser, phone, NEW, NEW)
    other = strict.browser()
    strict.asks(other, sam.email)
    answer = other.sends(strict.links()[-1], "/sign-in")
    assert answer.status_code == 403
    assert "A link is not enough to sign you in" in answer.text
    assert other.gets(strict.links()[-1]).status_code == 403
    assert not other.is_in()
    assert other.gets(NEW).location == "/sign-in"
    assert enters(other, phone).status_code == 303
    assert other.is_in()
    with strict.database.reading() as session:
        assert session.scalars(select(SignInLink.used_at).order_by(SignInLink.id.desc())).first() is None


def test_a_link_s_session_from_before_it_was_required_opens_nothing_more(strict: Company) -> None:
    sam, phone = strict.hire(), Authenticator()
    old = strict.browser(sam)
    assert not old.is_in()
    strict.door.now += FRESH + timedelta(seconds=1)
    assert "It is a while since you signed in" in old.gets(NEW).text
    old.sends("/sign-out", NEW)
    strict.signs_in(old, sam.email)
    adds(old, phone, NEW, NEW)
    assert old.is_in()


def test_an_address_of_the_terminal_lets_who_lost_theirs_add_another(strict: Company) -> None:
    sam, phone = strict.hire(), Authenticator()
    browser = strict.browser()
    strict.signs_in(browser, sam.email)
    adds(browser, phone, NEW, NEW)
    fresh = strict.browser()
    with strict.database.writing() as session:
        link = make(session, strict.door.setting.installation.signer, sam, None, strict.door.now).signed
    assert fresh.sends(f"/sign-in/{link}").location == NEW
    assert not fresh.is_in()
    adds(fresh, Authenticator(), NEW, NEW)
    assert fresh.is_in()


def test_the_first_admin_adds_a_passkey_too(strict: Company) -> None:
    path = first_address(strict.door.setting.installation.signer, "", strict.door.now)
    browser = strict.browser()
    person = {"name": "Kim Berg", "email": "kim@northwind.example", "time_zone": "UTC"}
    assert browser.sends(path, **person).location == NEW
    assert adds(browser, Authenticator(), NEW, NEW).location == "/users"
