"""Somebody with a browser whose clock stands still until the story moves it."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from tests.snippet.pages import CREDENTIAL, MORNING
from tracker.ingest.endpoint import PATH

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page, Request, WebError

    from tests.snippet.servers import Server

PATIENCE_S = 10.0
"""Real seconds to wait for what must come."""
PULSE_MS = 15
"""Real milliseconds between two looks."""
STEP_MS = 500
"""Of the browser's clock; after a step requests are answered, as they would be in that time."""
LONGEST_STEP_MS = 4000
"""While nothing is sent there is nothing to answer, so steps grow."""
SOON_MS = 1500
"""Of the browser's clock: in that time the snippet has noticed anything."""


class Visitor:
    """Opens pages, reads, clicks."""

    def __init__(
        self, context: BrowserContext, site: Server, endpoint: Server, *, still: bool = True
    ) -> None:
        """Sit down at the browser; `still` stops its clock."""
        self.context = context
        self.site = site
        self.endpoint = endpoint
        self.errors: list[str] = []
        """What reached a page's own error reports."""
        self.complaints: list[str] = []
        """What stands in the console, lost connections apart."""
        self._sent = 0
        self._under_way: set[Request] = set()
        context.on("weberror", self._note_error)
        context.on("request", self._note_request)
        context.on("requestfinished", self._note_end)
        context.on("requestfailed", self._note_end)
        if still:
            context.clock.install(time=MORNING)
            context.clock.pause_at(MORNING)
        self.page: Page = self.new_tab()

    def new_tab(self) -> Page:
        """Open another tab and look at it from now on."""
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        return self.page

    def opens(self, address: str = "/") -> None:
        """Open a page of the site."""
        self.page.goto(self.site.url + address)
        self._under_way.clear()  # nobody is told how it ended for a document that is gone
        self.settles()

    def reads(self, milliseconds: int = SOON_MS) -> None:
        """Let the browser's clock run, and requests be answered meanwhile."""
        step = STEP_MS
        while milliseconds > 0:
            sent = self._sent
            self.context.clock.run_for(min(milliseconds, step))
            milliseconds -= step
            if self._sent > sent:
                self.settles()
            step = STEP_MS if self._sent > sent else min(2 * step, LONGEST_STEP_MS)
        self.settles()

    def settles(self) -> None:
        """Give real time to the requests under way, and to the page to take their answers in."""
        deadline = monotonic() + PATIENCE_S / 5
        self.page.wait_for_timeout(PULSE_MS)
        while self._under_way and monotonic() < deadline:
            self.page.wait_for_timeout(PULSE_MS)
        self.page.wait_for_timeout(PULSE_MS)

    def waits_until(self, condition: Callable[[], object], what: str) -> None:
        """Look again and again, by the real clock, until it is so."""
        deadline = monotonic() + PATIENCE_S
        while not condition():
            assert monotonic() < deadline, f"waited in vain until {what}"
            self.page.wait_for_timeout(PULSE_MS)

    def agrees(self) -> None:
        self.page.evaluate("ringback(true)")
        self.reads()

    def refuses(self) -> None:
        self.page.evaluate("ringback(false)")
        self.reads()

    def presses(self, key: str = "a") -> None:
        """Press a key: the plainest gesture, with no movement before it."""
        self.page.keyboard.press(key)

    def moves(self, to: int = 50) -> None:
        """Move the pointer a little."""
        self.page.mouse.move(to, to)

    def clicks(self, selector: str) -> None:
        self.page.click(selector)
        self.settles()

    def follows(self, selector: str) -> None:
        """Click a link that loads another document."""
        with self.page.expect_navigation():
            self.page.click(selector)
        self._under_way.clear()
        self.settles()

    def has_been_here(self, *, days_ago: float = 1) -> None:
        """Keep the credential that an earlier visit left."""
        since = round((MORNING.timestamp() - days_ago * 86_400) * 1000)
        self.site.publish("<!doctype html><title>Without the snippet</title>", "/elsewhere")
        self.opens("/elsewhere")
        self.page.evaluate("value => localStorage.ringback = value", f"{since} {CREDENTIAL}")

    @property
    def address(self) -> str:
        """The address bar, without the site's origin."""
        href: str = self.page.evaluate("location.href")
        return href.removeprefix(self.site.url)

    def stored(self) -> dict[str, Any]:
        """All that the page has written into the browser."""
        found: dict[str, Any] = self.page.evaluate(
            "async () => ({...localStorage, ...sessionStorage, ...history.state,"
            " ...(document.cookie && {cookie: document.cookie}), ...(await indexedDB.databases())})"
        )
        return found

    def _note_request(self, request: Request) -> None:
        if request.url.endswith(PATH):
            self._sent += 1
            self._under_way.add(request)

    def _note_end(self, request: Request) -> None:
        self._under_way.discard(request)

    def _note_error(self, error: WebError) -> None:
        self.errors.append(str(error.error))
