"""The prospect in Chromium: opens the link of a mail, agrees, reads, taps, opens the next page.

The taps are the browser's own mouse events, since nothing else counts as a person's.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.ports import HOST
from tracker.errors import PlainError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}",
)
"""Chromium asks nobody but this machine."""
MASK = "--disable-blink-features=AutomationControlled"
"""Without it a driven browser says so in `navigator.webdriver`, which a person's does not."""
VIEWPORT = (1280, 800)
SETTLE_MS = 1_700
"""Before the first press: a person looks first."""
READ_MS = 5_500
"""On each page, visible: more than what confirms a visit."""
STEP_MS = 30_000
"""What a step of the browser may take on a busy machine."""


class BrowserError(PlainError):
    """There is no browser to walk with; the message says what to install."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What became of the walk, by the clock of this machine (UTC)."""

    tapped_at: datetime
    seen_by_analytics: str
    """The address that the page's other scripts saw."""


@contextmanager
def chromium(path: str | None) -> Iterator[Browser]:
    """Start the browser at `path`, or the one that is installed.

    Raises:
        BrowserError: there is none, or Playwright is missing.

    """
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415  (only the journey needs it)
    except ImportError as error:
        msg = "The journey walks by Playwright, which is not installed: run it as `make journey DEALS=FILE`."
        raise BrowserError(msg) from error
    found = path or next((each for name in NAMES if (each := shutil.which(name))), None)
    if found is None:
        msg = "There is no Chromium here: `apt-get install chromium`, or name yours with --chromium."
        raise BrowserError(msg)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*QUIET, MASK])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def walk(browser: Browser, link: str, clock: Callable[[], datetime]) -> Iterator[Walked]:
    """Walk as the prospect; the last page stays open for as long as the block lasts."""
    major = browser.version.partition(".")[0]
    agent = (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
        f" Chrome/{major}.0.0.0 Safari/537.36"
    )
    width, height = VIEWPORT
    context = browser.new_context(
        user_agent=agent,
        viewport={"width": width, "height": height},
        # A build without any window says so in this header, whatever its user agent.
        extra_http_headers={"Sec-CH-UA": f'"Chromium";v="{major}"'},
    )
    context.set_default_timeout(STEP_MS)
    try:
        page = context.new_page()
        page.goto(link)
        page.wait_for_timeout(SETTLE_MS)
        page.get_by_role("button", name="Yes, that's fine").click()
        tapped_at = _read(page, clock)
        page.get_by_role("navigation", name="Main").get_by_role("link", name="Pricing").click()
        page.wait_for_url("**/pricing")
        seen = str(page.evaluate("window.seenByAnalytics"))
        _read(page, clock)
        yield Walked(tapped_at, seen)
    finally:
        context.close()


def _read(page: Page, clock: Callable[[], datetime]) -> datetime:
    """Read a page: wait, tap a quiet spot, stay; gives when the tap was."""
    width, height = VIEWPORT
    page.wait_for_timeout(SETTLE_MS)
    page.mouse.move(width / 2, height / 2)
    page.mouse.click(4, height / 2)
    tapped_at = clock()
    page.mouse.wheel(0, 300)
    page.wait_for_timeout(READ_MS - SETTLE_MS)
    return tapped_at
