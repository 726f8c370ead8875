"""Pages that are hidden, kept in the back-forward cache, or prepared before anybody asked for them."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.browser import QUIET, find_chromium, launch_chromium
from tests.snippet.pages import CONSENTED, CREDENTIAL, document, script_tag
from tests.snippet.servers import credential_answer
from tests.snippet.visitor import PATIENCE_S, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.snippet.servers import Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser with its back-forward cache, which Playwright would switch off, and lean ones lack."""
    with launch_chromium("--in-process-gpu", without=["--disable-back-forward-cache"], whole=True) as browser:
        yield browser


@pytest.fixture
def hurried(chromium: Browser, site: Server, endpoint: Server) -> Iterator[Visitor]:
    """Somebody whose browser's clock runs, since a page out of the cache must find it running."""
    context = chromium.new_context()
    visitor = Visitor(context, site, endpoint, still=False)
    yield visitor
    context.close()
    assert visitor.errors == []


def looks(visitor: Visitor, *, away: bool) -> None:
    """Look at another tab, or back. Driven browsers never hide a page, so this one is told that it is."""
    visitor.page.evaluate(
        f"Object.defineProperty(document, 'hidden', {{get: () => {str(away).lower()}, configurable: true}})"
    )
    visitor.page.evaluate("document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))")
    visitor.reads(1_000)


def test_looking_away_is_leaving_and_that_time_does_not_count(visitor: Visitor, endpoint: Server) -> None:
    visitor.has_been_here()
    visitor.opens("/")
    visitor.reads(3_000)
    looks(visitor, away=True)
    visitor.reads(30_000)
    (left,) = endpoint.hits_of("leave")
    looks(visitor, away=False)
    visitor.reads(2_000)
    looks(visitor, away=True)
    left_again = endpoint.hits_of("leave")[-1]
    assert left["id"] == left_again["id"] == endpoint.hits_of("view")[0]["id"]
    assert len(endpoint.hits_of("view")) == 1
    assert left["visible"] <= 4_000
    assert 4_500 <= left_again["visible"] <= 7_500


def test_a_tab_that_was_never_looked_at_is_no_view(visitor: Visitor, endpoint: Server) -> None:
    visitor.has_been_here()
    visitor.context.add_init_script(
        "Object.defineProperty(document, 'hidden', {get: () => true, configurable: true})"
    )
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.reads(10_000)
    assert endpoint.reports == []
    looks(visitor, away=False)
    visitor.reads()
    (view,) = endpoint.hits
    assert view["visible"] <= 2_500


def test_back_out_of_the_cache_is_a_view_of_its_own(hurried: Visitor, site: Server, endpoint: Server) -> None:
    endpoint.answer = credential_answer(CREDENTIAL)
    hurried.opens(f"/#rb={CONSENTED}")
    hurried.page.evaluate("window.same = true")
    hurried.waits_until(lambda: endpoint.hits_of("view"), "the first view is told")
    (first,) = endpoint.hits_of("view")
    endpoint.reports.clear()
    hurried.opens("/pricing")
    hurried.waits_until(lambda: endpoint.hits_of("leave"), "the first view is left")
    hurried.waits_until(lambda: endpoint.hits_of("view"), "the second view is told")
    endpoint.reports.clear()
    hurried.page.evaluate("history.back()")
    hurried.waits_until(lambda: endpoint.hits_of("view"), "the view out of the cache is told")
    assert hurried.page.evaluate("window.same"), "the page did not come out of the cache"
    (view,) = endpoint.hits_of("view")
    assert view["url"] == f"{site.url}/"
    assert view["id"] != first["id"]


def test_nothing_is_sent_of_a_prerendered_page_until_it_is_shown(
    chromium: Browser, site: Server, endpoint: Server, tmp_path: Path
) -> None:
    """Playwright forbids browsers to prerender; so this one is started by hand and walks by itself."""
    site.publish(
        "<!doctype html><title>Before</title>"
        '<script type=speculationrules>{"prerender": [{"source": "list", "urls": ["/next"]}]}</script>'
        "<script>setInterval(async () => {"
        " if ((await fetch('/shall-i-go')).ok) location.href = '/next' }, 100)</script>",
        "/before",
    )
    seen = "<script>fetch('/prerendering/' + document.prerendering); addEventListener('load', () =>"
    seen += " setTimeout(() => fetch('/seen/' + document.prerendering), 2000))</script>"
    inject = f"<script>history.replaceState(null, '', '#rb={CONSENTED}')</script>"
    site.publish(document(inject + script_tag(endpoint) + seen), "/next")
    program = find_chromium()
    assert program
    assert chromium.is_connected()  # so there is one
    with subprocess.Popen(  # noqa: S603  (the browser of the tests)
        [program, "--headless", *QUIET, f"--user-data-dir={tmp_path}", f"{site.url}/before"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as browser:
        try:
            wait_for(site, "/seen/true")
            assert "/prerendering/true" in site.asked
            assert endpoint.reports == []
            site.publish("go", "/shall-i-go")
            deadline = time.monotonic() + PATIENCE_S
            while not endpoint.hits_of("view"):
                assert time.monotonic() < deadline, "the page that was shown is never told"
                time.sleep(0.05)
        finally:
            browser.terminate()
    (report,) = endpoint.reports
    assert report.hits[0]["visible"] <= 2_000
    assert "sec-purpose" not in report.headers


def wait_for(site: Server, address: str) -> None:
    deadline = time.monotonic() + 2 * PATIENCE_S
    while address not in site.asked:
        assert time.monotonic() < deadline, f"nobody asked for {address}; asked for were {site.asked}"
        time.sleep(0.05)
