"""What axe finds against a page: only that comes back from the browser, not the megabytes of what is well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import BrowserContext, Page

RUN = "options => axe.run(options).then(found => found.violations)"
FEW_WORDS = {"resultTypes": ["violations"]}
"""Of what is well axe describes one element only."""
_SCRIPT = str(Axe().axe_script)


def bring_axe(context: BrowserContext) -> None:
    """Have it in every page of this browser from the beginning: quicker where many pages are looked at."""
    context.add_init_script(_SCRIPT)


def violations(page: Page, options: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Run axe on a page as it stands now; by default with all its rules."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(RUN, FEW_WORDS | dict(options or {}))
    return found
