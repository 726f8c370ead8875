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

    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome")
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


@contextmanager
def launch_chromium(*arguments: str, without: Sequence[str] = ()) -> Iterator[Browser]:
    """Start a browser with further arguments, or without some of Playwright's own.

    Where there is none, skip loudly, and fail where nobody would see.
    """
    path = find_chromium()
    if path is None:
        lack = "no Chromium here: install it, or name it in RINGBACK_CHROMIUM, to run the browser tests"
        if os.environ.get("CI"):
            pytest.fail(lack)
        pytest.skip(lack)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[*QUIET, *arguments], ignore_default_args=list(without)
        )
        try:
            yield browser
        finally:
            browser.close()
