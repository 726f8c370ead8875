"""Passkeys in a real browser with a virtual security key: added, named, used; hidden where none work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.serving import make_server

from tests.alerts.web.front import served
from tests.axe import violations
from tests.browser import launch_chromium
from tests.smtp_sink import smtp_sink
from tests.tracker.web.test_journeys import Stage, fits
from tracker.models import User
from tracker.settings import Settings
from wsgi import build_app, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

KEY: dict[str, Any] = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launch_chromium() as browser:
        yield browser


@pytest.fixture(params=["any"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """Ringback under a name that browsers trust with passkeys."""
    probe = make_server("127.0.0.1", 0, lambda _environ, _start: [])
    home = f"http://localhost:{probe.server_port}"
    probe.server_close()
    with smtp_sink() as sink:
        settings = Settings(
            data_dir=tmp_path, base_url=home, smtp_host=sink.host, smtp_port=sink.port, sign_in=request.param
        )
        installation = prepare(settings)
        with installation.database.writing() as session:
            session.add(User(name="Sam Reed", email="sam@northwind.example"))
        app = build_app(installation, lambda _nudges: None)
        with served(app, probe.server_port):
            yield Stage(installation, home, sink)
        app.extensions["ringback"].drops.close()
        installation.database.dispose()


def with_key(chromium: Browser) -> tuple[Page, Any, str]:
    """A page in a browser with a security key of its own, and the way to handle that key."""
    page = chromium.new_context().new_page()
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    key = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]
    return page, cdp, key


def comes_by_mail(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.home}/sign-in")
    page.get_by_label("Your mail address").fill("sam@northwind.example")
    page.get_by_role("button", name="Send me a link").click()
    page.goto(stage.mailed(len(stage.sink.mails) or 1))
    page.get_by_role("button", name="Sign in").click()


def accessible(page: Page) -> None:
    assert violations(page) == []


def test_a_passkey_is_added_renamed_and_signs_in(chromium: Browser, stage: Stage) -> None:
    page, cdp, key = with_key(chromium)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    comes_by_mail(page, stage)
    page.goto(f"{stage.home}/you")
    page.get_by_label("Name of the new passkey").fill("Work laptop")
    fits(page)
    accessible(page)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("Added Work laptop").wait_for()
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("This device holds a passkey of yours already.").wait_for()
    page.get_by_text("Rename Work laptop").click()
    page.get_by_label("Name", exact=True).last.fill("Old laptop")
    fits(page)
    page.get_by_role("button", name="Save the name").click()
    page.get_by_text("Saved.").wait_for()
    page.get_by_role("button", name="Sign out", exact=True).click()

    fits(page)
    accessible(page)
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("No passkey was used.").wait_for()
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Sign out", exact=True).wait_for()
    page.goto(f"{stage.home}/you")
    assert (
        "last used"
        in page.locator("section", has=page.get_by_role("heading", name="Your passkeys")).inner_text()
    )

    page.get_by_role("button", name="Remove Old laptop").click()
    page.get_by_text("opens nothing any more").wait_for()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("This passkey opens nothing here").wait_for()
    assert [text for text in refused if "403" not in text] == []


def test_a_page_that_was_open_for_long_is_loaded_anew_and_asks_at_once(
    chromium: Browser, stage: Stage
) -> None:
    page, _, _ = with_key(chromium)
    comes_by_mail(page, stage)
    page.goto(f"{stage.home}/you")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("from now on you can sign in with it").wait_for()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.evaluate("Date.now = () => performance.timeOrigin + 3_600_000")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Sign out", exact=True).wait_for()


def test_without_scripts_one_signs_in_by_mail_and_sees_no_dead_button(
    chromium: Browser, stage: Stage
) -> None:
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(f"{stage.home}/sign-in")
    assert page.get_by_role("button").all_inner_texts() == ["Send me a link"]
    comes_by_mail(page, stage)
    page.goto(f"{stage.home}/you")
    assert not page.get_by_role("button", name="Add a passkey").is_visible()
    assert page.get_by_text("This browser cannot add one").is_visible()


@pytest.mark.parametrize("stage", ["strong"], indirect=True)
def test_where_passkeys_are_required_the_first_is_added_on_the_way_in(
    chromium: Browser, stage: Stage
) -> None:
    page, _, _ = with_key(chromium)
    page.goto(stage.home)
    fits(page)
    accessible(page)
    comes_by_mail(page, stage)
    page.get_by_role("heading", name="One more step, Sam Reed").wait_for()
    fits(page)
    accessible(page)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("link", name="Sam Reed").wait_for()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("link", name="Sam Reed").wait_for()
