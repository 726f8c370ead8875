"""Browsers that Playwright drives: as it comes, and behind a mask."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

import wsgi
from bench.signal.rig.chromium import chromium, usual_agent
from bench.signal.rig.display import display
from demo.walk import MASK, QUIET, walk
from demo.walk import chromium as person_s_chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

EVERY_MS = 1_000
PLACE = (4, 400)
"""On the page where nothing is to be pressed."""
FAKED = """() => {
    const place = { view: window, detail: 1, clientX: 4, clientY: 400 };
    const some = { ...place, bubbles: true, cancelable: true, composed: true };
    const target = document.querySelector('main') || document.body;
    for (const name of ['pointerdown', 'mousedown', 'mouseup', 'click', 'mousemove'])
        target.dispatchEvent(new MouseEvent(name, some));
    for (const name of ['keydown', 'keyup'])
        target.dispatchEvent(new KeyboardEvent(name, { ...some, key: 'ArrowDown', code: 'ArrowDown' }));
    target.dispatchEvent(new WheelEvent('wheel', { ...some, deltaY: 120 }));
    target.dispatchEvent(new Event('touchmove', some));
    window.scrollTo(0, window.scrollY + 200);
    target.click();
}"""
"""All that a page's script can do: events that it makes itself, a scroll, and an element's own click."""


def as_it_comes(link: str, stay_s: float) -> None:
    """Press with the mouse, in a browser that says what it is."""
    with _page(link, masked=False) as page:
        _press(page, stay_s)


def dispatched(link: str, stay_s: float) -> None:
    """Make events by script."""
    with _page(link, masked=True) as page:
        _fake(page, stay_s)


def dispatched_in_window(link: str, stay_s: float) -> None:
    """Make events by script, in a browser with a window."""
    with display() as screen, _page(link, masked=True, screen=screen) as page:
        _fake(page, stay_s)


def by_protocol(link: str, stay_s: float) -> None:
    """Press with the mouse of the DevTools protocol, in a browser with a window and no sign of a driver."""
    with display() as screen, _page(link, masked=True, screen=screen) as page:
        _press(page, stay_s)


def person(link: str, stay_s: float) -> None:
    """Walk as the prospect of the journey does."""
    del stay_s  # they read as long as they do
    with person_s_chromium(chromium()) as browser, walk(browser, link, wsgi.utc_now):
        pass


@contextmanager
def _page(link: str, *, masked: bool, screen: str = "") -> Iterator[Page]:
    """Open a link; with a screen, in a window on it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=[*QUIET, *([MASK] if masked else [])],
            headless=not screen,
            env={**os.environ, "DISPLAY": screen},
        )
        try:
            page = browser.new_context(user_agent=usual_agent() if masked else None).new_page()
            page.goto(link)
            yield page
        finally:
            browser.close()


def _press(page: Page, stay_s: float) -> None:
    for _ in range(int(stay_s * 1_000 / EVERY_MS)):
        page.wait_for_timeout(EVERY_MS)
        page.mouse.move(*PLACE)
        page.mouse.wheel(0, 100)
        page.mouse.click(*PLACE)


def _fake(page: Page, stay_s: float) -> None:
    for _ in range(int(stay_s * 1_000 / EVERY_MS)):
        page.wait_for_timeout(EVERY_MS)
        page.evaluate(FAKED)
