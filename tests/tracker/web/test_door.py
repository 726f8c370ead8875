"""Coming in: a link is asked for, mailed, opened in the same browser, and signs in once (S8)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from tests.front_door import database_away
from tests.smtp_sink import rude_server
from tests.tracker.web.company import open_company
from tracker.models import SignInLink, UserSession
from tracker.people.sign_in import LINK_AGE, LINKS_PER_PERSON
from tracker.web.door import ASKS_PER_ADDRESS
from tracker.words import Role

if TYPE_CHECKING:
    from tests.tracker.web.company import Browser, Company
    from tracker.db import Database


def test_a_link_is_asked_for_mailed_and_signs_in(company: Company) -> None:
    sam = company.hire(email="sam@northwind.example")
    browser = company.browser()
    assert company.asks(browser, sam.email).location == "/sign-in/sent"
    assert "sam@northwind.example" in browser.gets("/sign-in/sent").text
    (mail,) = company.sink.mails
    assert mail["To"] == "Sam Reed <sam@northwind.example>"
    (link,) = company.links()
    assert "Welcome, Sam Reed" in browser.gets(link).text
    assert not browser.is_in()
    assert browser.sends(link).status_code == 303
    assert browser.is_in()
    assert company.noted() == [("Sam Reed", "sign in")]


def test_s8_fifty_looks_of_a_scanner_and_its_presses_leave_a_link_usable(company: Company) -> None:
    sam = company.hire()
    browser, scanner = company.browser(), company.browser()
    company.asks(browser, sam.email)
    (link,) = company.links()
    assert {scanner.gets(link).status_code for _ in range(50)} == {403}
    assert scanner.sends(link, "/sign-in").status_code == 403
    assert browser.sends(link).status_code == 303
    assert browser.is_in()
    assert not scanner.is_in()


def test_whoever_is_asked_for_the_page_is_the_same_and_strangers_get_nothing(company: Company) -> None:
    company.hire(email="sam@northwind.example")
    company.hire("Old Hand", email="old@northwind.example", left_at=company.door.now)
    pages = set()
    for email in ("sam@northwind.example", "eve@northwind.example", "old@northwind.example"):
        browser = company.browser()
        answer = company.asks(browser, email)
        shown = browser.gets("/sign-in/sent").text.replace(email, "")
        pages.add((answer.status_code, answer.text, shown))
    assert len(pages) == 1
    assert [mail["To"] for mail in company.sink.mails] == ["Sam Reed <sam@northwind.example>"]


def test_nothing_about_the_address_is_looked_up_before_the_page_is_out(
    company: Company, database_url: str
) -> None:
    """So that the time of the answer tells nothing: it is given while the database is away."""
    sam = company.hire()
    browser = company.browser()
    browser.gets("/sign-in")
    with database_away(database_url):
        assert company.asks(browser, sam.email).status_code == 303


def test_an_address_in_capitals_is_the_same_address(company: Company) -> None:
    company.hire(email="Sam@northwind.example")
    browser = company.browser()
    company.signs_in(browser, " SAM@NORTHWIND.example ")
    assert browser.is_in()


def test_a_link_expires_after_ten_minutes(company: Company) -> None:
    sam = company.hire()
    browser = company.browser()
    company.asks(browser, sam.email)
    (link,) = company.links()
    company.door.now += LINK_AGE
    assert browser.gets(link).status_code == 200
    company.door.now += timedelta(seconds=1)
    for answer in (browser.gets(link), browser.sends(link, "/sign-in")):
        assert answer.status_code == 410
        assert "has expired" in answer.text
        assert "Ask for a new link" in answer.text
    assert not browser.is_in()


def test_s2_a_link_is_used_once_however_it_is_spelled(company: Company) -> None:
    sam = company.hire()
    browser = company.browser()
    company.signs_in(browser, sam.email)
    (link,) = company.links()
    browser.sends("/sign-out", "/you")
    for spelling in (link, f"{link}=", f"{link[:-1]}{chr(ord(link[-1]) ^ 1)}"):
        assert browser.sends(spelling, "/sign-in").status_code in {403, 404, 410}
    assert not browser.is_in()


def test_who_is_in_already_and_opens_the_link_again_goes_on(company: Company) -> None:
    """Two tabs: the button is pressed in both."""
    sam = company.hire()
    browser = company.browser()
    company.signs_in(browser, sam.email)
    (link,) = company.links()
    home = browser.gets("/").location
    assert browser.gets(link).location == home
    assert browser.sends(link, "/you").location == home
    assert browser.is_in()


def test_of_two_links_asked_for_at_once_either_works_and_then_the_other_is_used_up(company: Company) -> None:
    sam = company.hire()
    browser = company.browser()
    company.asks(browser, sam.email)
    company.asks(browser, sam.email)
    first, second = company.links()
    assert browser.gets(first).status_code == browser.gets(second).status_code == 200
    browser.sends(first)
    assert browser.is_in()
    with company.database.reading() as session:
        assert session.scalar(select(func.count()).where(SignInLink.used_at.is_(None))) == 0


def test_a_link_opened_elsewhere_says_how_to_go_on(company: Company) -> None:
    sam = company.hire()
    company.asks(company.browser(), sam.email)
    answer = company.browser().gets(company.links()[0])
    assert answer.status_code == 403
    assert "in the browser in which you typed your address" in answer.text
    assert sam.name not in answer.text


@pytest.mark.parametrize("signed", ["x", "x.y.z", "a" * 500, "../../etc", "%00", "Kx8.aaaa.bbbb"])
def test_what_nobody_signed_opens_nothing(company: Company, signed: str) -> None:
    assert company.browser().gets(f"/sign-in/{signed}").status_code == 404


def test_who_left_meanwhile_does_not_get_in(company: Company) -> None:
    sam = company.hire()
    browser = company.browser()
    company.asks(browser, sam.email)
    admin = company.browser(company.hire("Kim Berg", role=Role.ADMIN))
    admin.sends(f"/users/{sam.id}/left", f"/users/{sam.id}")
    assert browser.sends(company.links()[0], "/sign-in").status_code == 404
    assert not browser.is_in()


def test_a_dead_mail_server_is_said_plainly_whoever_is_asked_for(database: Database) -> None:
    with open_company(database, smtp_port=1) as company:
        company.hire(email="sam@northwind.example")
        for email in ("sam@northwind.example", "eve@northwind.example"):
            browser = company.browser()
            answer = company.asks(browser, email)
            assert answer.status_code == 503
            assert "mail server does not answer" in answer.text
            assert f'value="{email}"' in answer.text


def test_a_mail_that_is_refused_is_on_record(company: Company) -> None:
    sam = company.hire()
    company.sink.manners.at_recipient = "550 no such mailbox"
    company.asks(company.browser(), sam.email)
    assert company.noted() == [("Ringback", "sign-in mail not sent")]


def test_a_person_is_mailed_only_so_many_links(company: Company) -> None:
    sam = company.hire()
    for _ in range(LINKS_PER_PERSON + 1):
        assert company.asks(company.browser(), sam.email).status_code == 303
    assert len(company.links()) == LINKS_PER_PERSON
    company.door.now += LINK_AGE
    company.asks(company.browser(), sam.email)
    assert len(company.links()) == LINKS_PER_PERSON + 1


def test_s14_an_address_may_ask_only_so_often(company: Company) -> None:
    browser = company.browser()
    answers = [
        company.asks(browser, "eve@northwind.example").status_code for _ in range(ASKS_PER_ADDRESS + 1)
    ]
    assert answers == [303] * ASKS_PER_ADDRESS + [429]


@pytest.mark.parametrize("typed", ["", "sam", "@", "sam@", "a b@c.example", f"{'x' * 250}@a.example"])
def test_what_is_no_address_is_said_beside_the_field_and_kept(company: Company, typed: str) -> None:
    answer = company.asks(company.browser(), typed)
    assert answer.status_code == 422
    assert "Write a mail address like sam@example.com." in answer.text
    assert f'value="{typed}"' in answer.text


@pytest.mark.parametrize(
    "query", ["?next=//evil.example", "?next=https://evil.example/", "?url=//evil.example"]
)
def test_s11_no_parameter_leads_elsewhere(company: Company, query: str) -> None:
    sam = company.hire()
    browser = company.browser()
    assert browser.gets(f"/users{query}").location == "/sign-in"
    company.asks(browser, sam.email)
    answer = browser.sends(company.links()[0] + query, company.links()[0])
    assert answer.location == "/users"


def test_the_page_that_was_wanted_comes_after_signing_in(company: Company) -> None:
    kim = company.hire("Kim Berg", role=Role.ADMIN)
    browser = company.browser()
    assert browser.gets(f"/users/{kim.id}").location == "/sign-in"
    assert company.signs_in(browser, kim.email).location == f"/users/{kim.id}"


def test_no_session_can_be_planted_before_signing_in(company: Company) -> None:
    """Fixation: what an attacker put into the browser, or read from it, opens nothing afterwards."""
    sam = company.hire()
    browser, attacker = company.browser(), company.browser()
    browser.gets("/sign-in")
    planted = cookie(browser)
    company.signs_in(browser, sam.email)
    assert cookie(browser) != planted
    attacker.client.set_cookie("ringback-desk", planted)
    assert not attacker.is_in()


def test_under_another_name_of_ours_one_signs_in_under_the_main_one(database: Database) -> None:
    """Where links open: a cookie is for one name."""
    with open_company(database, trusted_hosts=["desk.example"]) as company:
        answer = company.browser().client.get("/sign-in", base_url="http://desk.example", buffered=True)
        assert answer.location == "http://localhost/sign-in"


def cookie(browser: Browser) -> str:
    found = browser.client.get_cookie("ringback-desk")
    assert found is not None
    return found.value


def test_signing_out_ends_the_session_itself(company: Company) -> None:
    sam = company.hire()
    browser = company.browser(sam)
    stolen = cookie(browser)
    assert "You are signed out." in browser.gets(browser.sends("/sign-out", "/you").location).text
    thief = company.browser()
    thief.client.set_cookie("ringback-desk", stolen)
    assert not thief.is_in()
    assert company.noted() == [("Sam Reed", "sign out")]
    with company.database.reading() as session:
        assert [row.ended_at for row in session.scalars(select(UserSession))] == [company.door.now]


def test_a_mail_server_that_never_greets_keeps_nobody_waiting(database: Database) -> None:
    with (
        rude_server(drip=False) as rude,
        open_company(database, smtp_port=rude.port, smtp_timeout_s=1) as company,
    ):
        company.hire(email="sam@northwind.example")
        assert company.browser().sends("/sign-in", email="eve@northwind.example").status_code in {303, 503}
