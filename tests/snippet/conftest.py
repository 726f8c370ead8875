"""A real Chromium for the snippet's tests, shared; and a fresh stage and a fresh profile for each of them."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.snippet.stage import Host

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder that asks for the browser."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Chromium, found by RINGBACK_CHROMIUM or on the path. Without it tests are skipped, but fail in CI."""
    path = os.environ.get("RINGBACK_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        missing = f"NO CHROMIUM: set RINGBACK_CHROMIUM or install one of {', '.join(NAMES)}"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=list(ARGUMENTS),
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield browser
        browser.close()


@dataclass
class Stage:
    """A site with its pages, an endpoint elsewhere, and a visitor's browser profile."""

    site: Host
    endpoint: Host
    profile: BrowserContext

    def page(  # noqa: PLR0913 (a page has that many parts)
        self,
        path: str = "/",
        body: str = "",
        *,
        tag: str | None = None,
        head: str = "",
        title: str = "A page",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Put a page on the site, with the snippet first in its head."""
        snippet = self.endpoint.script() if tag is None else tag
        text = (
            f"<!doctype html><html><head>{snippet}<title>{title}</title>"
            f'{head}</head><body style="height:3000px"><h1>{title}</h1>{body}</body></html>'
        )
        self.site.pages[path] = ("text/html", text, headers or {})

    def script(self, path: str, text: str) -> None:
        """Put a script on the site."""
        self.site.pages[path] = ("text/javascript", text, {})

    def open(self, path: str = "/", *, in_tab: Page | None = None) -> Page:
        """Open an address of the site, in a new tab unless one is given."""
        tab = in_tab or self.profile.new_page()
        tab.goto(self.site.origin + path)
        return tab

    def known(self, credential: str = "cred-1", age_in_days: float = 1) -> None:
        """Let the browser hold a credential from an earlier visit."""
        self.profile.add_init_script(
            "if (!sessionStorage.known) { sessionStorage.known = 1; localStorage.setItem('ringback',"
            f" (Date.now() - {age_in_days} * 864e5) + ' {credential}'); }}"
        )


def stored(tab: Page) -> str | None:
    """The credential in the browser's storage, without its time."""
    text: str | None = tab.evaluate("localStorage.getItem('ringback')")
    return text.split(" ", 1)[1] if text else None


@pytest.fixture
def profile(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh profile; nothing that a page throws may pass unnoticed."""
    context = chromium.new_context()
    context.set_default_timeout(8_000)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    context.close()
    assert errors == []


@pytest.fixture
def stage(profile: BrowserContext) -> Iterator[Stage]:
    """Site, endpoint and visitor."""
    site, endpoint = Host(), Host()
    yield Stage(site, endpoint, profile)
    site.close()
    endpoint.close()
