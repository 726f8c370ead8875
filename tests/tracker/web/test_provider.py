"""Signing in by the company's identity provider: a real one on loopback, which can also misbehave."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from joserfc.jwk import ECKey
from sqlalchemy import select

from tests.identity_provider import CLIENT, SECRET, IdentityProvider, identity_provider
from tests.tracker.web.company import open_company
from tracker.models import ProviderAccount
from tracker.people.fetching import ANSWER_BYTES
from tracker.people.provider import STATE_AGE
from tracker.web.provider_door import AT_ONCE
from tracker.words import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.test import TestResponse

    from tests.tracker.web.company import Browser, Company
    from tracker.db import Database

MAIL = "sam@northwind.example"


def at(provider: IdentityProvider) -> dict[str, Any]:
    return {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
        "oidc_name": "Northwind",
    }


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    with identity_provider() as served:
        yield served


@pytest.fixture
def company(database: Database, provider: IdentityProvider) -> Iterator[Company]:
    with open_company(database, **at(provider)) as opened:
        yield opened


def back(browser: Browser, provider: IdentityProvider) -> str:
    """Where the provider sends a browser back to."""
    return provider.visited(browser.gets("/sign-in/provider").location)


def comes(browser: Browser, provider: IdentityProvider) -> TestResponse:
    return browser.gets(back(browser, provider))


def test_a_user_signs_in_and_the_account_is_theirs_from_then_on(
    company: Company, provider: IdentityProvider
) -> None:
    company.hire(email="Sam@Northwind.example")
    browser = company.browser()
    assert "Sign in with Northwind" in browser.gets("/sign-in").text
    assert browser.gets("/users").location == "/sign-in"
    assert comes(browser, provider).location == "/users"
    assert browser.is_in()
    assert company.noted() == [("Sam Reed", "add provider account"), ("Sam Reed", "sign in")]
    browser.sends("/sign-out", "/you")
    assert comes(browser, provider).status_code == 303
    assert browser.is_in()
    with company.database.reading() as session:
        account = session.scalars(select(ProviderAccount)).one()
        assert (account.issuer, account.subject) == (provider.issuer, "subject-1")


def test_without_a_provider_there_is_no_button_and_no_address(database: Database) -> None:
    with open_company(database) as company:
        assert "Sign in with" not in company.browser().gets("/sign-in").text
        assert company.browser().gets("/sign-in/provider").status_code == 404


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": [CLIENT, "another"]},
        {"aud": None},
        {"azp": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": 1_999_999_999},
        {"sub": None},
        {"sub": ""},
    ],
)
def test_a_token_that_is_not_for_us_now_and_here_signs_nobody_in(
    company: Company, provider: IdentityProvider, claims: dict[str, Any]
) -> None:
    company.hire(email=MAIL)
    provider.claims = claims
    browser = company.browser()
    answer = comes(browser, provider)
    assert answer.status_code == 502
    assert "What Northwind says cannot be trusted" in answer.text
    assert not browser.is_in()


@pytest.mark.parametrize("signing", ["none", "HS256", "another key"])
def test_a_token_that_the_provider_did_not_sign_signs_nobody_in(
    company: Company, provider: IdentityProvider, signing: str
) -> None:
    company.hire(email=MAIL)
    provider.signing = signing
    if signing == "another key":
        provider.published = [ECKey.generate_key("P-256")]
    browser = company.browser()
    assert comes(browser, provider).status_code == 502
    assert not browser.is_in()


def test_the_provider_changes_its_keys(company: Company, provider: IdentityProvider) -> None:
    company.hire(email=MAIL)
    assert comes(company.browser(), provider).status_code == 303
    provider.key = ECKey.generate_key("P-256")
    browser = company.browser()
    assert comes(browser, provider).status_code == 502  # they were fetched a moment ago
    company.door.move(minutes=2)
    provider.now = company.door.now
    assert comes(browser, provider).status_code == 303
    assert provider.asked.count("/keys") == 2
    assert provider.asked.count("/.well-known/openid-configuration") == 1


def test_the_clocks_may_differ_by_a_minute(company: Company, provider: IdentityProvider) -> None:
    company.hire(email=MAIL)
    company.door.move(minutes=6)
    assert comes(company.browser(), provider).status_code == 303
    company.door.move(minutes=-7)
    assert comes(company.browser(), provider).status_code == 303


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({"email_verified": False}, "Your mail address is not verified"),
        ({"email_verified": None}, "Your mail address is not verified"),
        ({"email": "eve@northwind.example"}, "You are no user here yet"),
        ({"email": "old@northwind.example"}, "You are no user here yet"),
        ({"email": ["sam@northwind.example"]}, "You are no user here yet"),
    ],
)
def test_only_users_who_are_here_get_in_by_an_address_that_is_verified(
    company: Company, provider: IdentityProvider, claims: dict[str, Any], says: str
) -> None:
    company.hire(email=MAIL)
    company.hire("Old Hand", email="old@northwind.example", left_at=company.door.now)
    provider.claims = claims
    browser = company.browser()
    answer = comes(browser, provider)
    assert answer.status_code == 403
    assert says in answer.text
    assert "sign-in" in answer.text
    assert not browser.is_in()


def test_another_account_with_the_same_address_is_somebody_else(
    company: Company, provider: IdentityProvider
) -> None:
    """The provider gave Sam's address to a new colleague."""
    company.hire(email=MAIL)
    company.hire("Priya Nair", email="priya@northwind.example")
    comes(company.browser(), provider)
    provider.subject = "subject-2"
    answer = comes(company.browser(), provider)
    assert "This is not the account that was used before" in answer.text
    provider.subject, provider.email = "subject-1", "priya@northwind.example"
    assert comes(company.browser(), provider).status_code == 403
    assert [verb for _, verb in company.noted()][2:] == ["sign-in refused"] * 2
    kim = company.browser(company.hire("Kim Berg", role=Role.ADMIN))
    assert provider.issuer in kim.gets("/users/1").text
    kim.sends("/users/1/passkeys/clear", "/users/1")
    provider.subject, provider.email = "subject-2", MAIL
    assert comes(company.browser(), provider).status_code == 303


def test_an_address_that_only_user_info_tells_counts_too(
    company: Company, provider: IdentityProvider
) -> None:
    company.hire(email=MAIL)
    provider.claims = {"email": None, "email_verified": None}
    provider.told = {"email": MAIL, "email_verified": "true"}
    assert comes(company.browser(), provider).status_code == 303
    provider.told["sub"] = "somebody else"
    assert comes(company.browser(), provider).status_code == 502


def test_what_began_in_another_browser_or_long_ago_is_not_gone_on_with(
    company: Company, provider: IdentityProvider
) -> None:
    company.hire(email=MAIL)
    mine, victim = company.browser(), company.browser()
    victim.gets("/sign-in")
    for path in (back(mine, provider), "/sign-in/provider/back", "/sign-in/provider/back?state=x.y.z&code=1"):
        assert victim.gets(path).status_code == 403
    path = back(mine, provider)
    company.door.now += STATE_AGE * 1.1
    assert "It took too long" in mine.gets(path).text
    assert "/token" not in provider.asked


def test_two_tabs_do_not_mix_up_and_a_code_is_good_once(company: Company, provider: IdentityProvider) -> None:
    company.hire(email=MAIL)
    browser = company.browser()
    first, second = back(browser, provider), back(browser, provider)
    assert browser.gets(first).status_code == 303
    assert browser.gets(second).location == "/"
    browser.sends("/sign-out", "/you")
    assert browser.gets(first).status_code == 403
    assert not browser.is_in()


def test_who_says_no_there_is_told_how_to_go_on(company: Company, provider: IdentityProvider) -> None:
    browser = company.browser()
    path = back(browser, provider).replace("code=", "error=access_denied&was=")
    answer = browser.gets(path)
    assert answer.status_code == 403
    assert "have a link mailed to you" in answer.text
    path = back(browser, provider).replace("iss=", "iss=https%3A%2F%2Fevil.example%2F")
    assert browser.gets(path).status_code == 403
    assert "/token" not in provider.asked


@pytest.mark.parametrize(
    ("path", "sickness"),
    [
        ("/.well-known/openid-configuration", (200, b"<html>")),
        ("/.well-known/openid-configuration", (302, b"")),
        ("/token", (500, b"oh")),
        ("/token", (200, b"[]")),
        ("/token", (200, b"x" * (ANSWER_BYTES + 1))),
        ("/keys", (200, b"{}")),
    ],
)
def test_a_sick_provider_gets_a_plain_page_and_links_still_work(
    database: Database, provider: IdentityProvider, path: str, sickness: tuple[int, bytes]
) -> None:
    with open_company(database, **at(provider)) as company:
        sam = company.hire(email=MAIL)
        provider.sick[path] = sickness
        browser = company.browser()
        answer = browser.gets("/sign-in/provider")
        if answer.status_code == 303:
            answer = browser.gets(provider.visited(answer.location))
        assert answer.status_code == 502
        assert "Northwind" in answer.text
        assert "Back to sign in" in answer.text
        assert "/elsewhere" not in provider.asked
        company.signs_in(browser, sam.email)
        assert browser.is_in()


def test_a_provider_that_is_away_is_said_plainly(database: Database, provider: IdentityProvider) -> None:
    with open_company(database, **at(provider) | {"oidc_issuer": "http://127.0.0.1:1"}) as company:
        answer = company.browser().gets("/sign-in/provider")
        assert answer.status_code == 502
        assert "Northwind does not answer" in answer.text


def test_a_provider_that_calls_itself_something_else_is_not_asked(
    database: Database, provider: IdentityProvider
) -> None:
    elsewhere = provider.issuer.replace("127.0.0.1", "localhost")
    with open_company(database, **at(provider) | {"oidc_issuer": elsewhere}) as company:
        assert "cannot be used" in company.browser().gets("/sign-in/provider").text


def test_few_wait_for_a_slow_provider_and_the_others_are_told(
    company: Company, provider: IdentityProvider
) -> None:
    provider.held = threading.Event()
    waiting = [
        threading.Thread(target=company.browser().gets, args=("/sign-in/provider",)) for _ in range(AT_ONCE)
    ]
    for thread in waiting:
        thread.start()
    while len(provider.asked) < AT_ONCE:
        waiting[0].join(0.01)
    answer = company.browser().gets("/sign-in/provider")
    assert answer.status_code == 503
    assert "have a link mailed to you" in answer.text
    provider.held.set()
    for thread in waiting:
        thread.join()
