"""A real Chromium for the stories that need one."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
LEAN_NAMES = ("chromium-headless-shell", "chrome-headless-shell")
"""The same engine without a browser's own windows around it: a story costs a third."""
QUIET = (
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Arguments that keep the browser to the tests' own pages."""


def find_chromium() -> str | None:
    """Look for a Chromium: `RINGBACK_CHROMIUM`, then the path."""
    named = os.environ.get("RINGBACK_CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


_drivers: list[Playwright] = []
"""The one that runs, if one does: a thread can have no second."""


@contextmanager
def _driver() -> Iterator[Playwright]:
    if _drivers:
        yield _drivers[0]
        return
    with sync_playwright() as playwright:
        _drivers.append(playwright)
        try:
            yield playwright
        finally:
            _drivers.clear()


@contextmanager
def launch_chromium(*arguments: str, without: Sequence[str] = (), whole: bool = False) -> Iterator[Browser]:
    """Start a browser with further arguments, or without some of Playwright's own.

    A lean one where there is one, unless the story needs the `whole` browser. Where there is none,
    skip loudly, and fail where nobody would see.
    """
    lean = None if whole else next((found for name in LEAN_NAMES if (found := shutil.which(name))), None)
    path = os.environ.get("RINGBACK_CHROMIUM") or lean or find_chromium()
    if path is None:
        lack = "no Chromium here: install it, or name it in RINGBACK_CHROMIUM, to run the browser tests"
        if os.environ.get("CI"):
            pytest.fail(lack)
        pytest.skip(lack)
    with _driver() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[*QUIET, *arguments], ignore_default_args=list(without)
        )
        try:
            yield browser
        finally:
            browser.close()
