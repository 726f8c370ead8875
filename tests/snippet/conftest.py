"""A site, an endpoint on another host, and a visitor with a real browser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import launch_chromium
from tests.snippet.pages import USUAL_PATHS, document, script_tag
from tests.snippet.servers import Server
from tests.snippet.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

SNIPPET = Path(__file__).parents[2] / "snippet"


@pytest.fixture(scope="package")
def snippet() -> bytes:
    """What ships; or, to look for a fault in readable lines, the source: RINGBACK_SNIPPET=src."""
    return (SNIPPET / os.environ.get("RINGBACK_SNIPPET", "dist") / "ringback.js").read_bytes()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all stories."""
    with launch_chromium("--in-process-gpu") as browser:
        yield browser


@pytest.fixture
def endpoint(snippet: bytes) -> Iterator[Server]:
    """Ringback's host, another one than the site's."""
    yield from Server(snippet, "localhost").serving()


@pytest.fixture
def site(snippet: bytes, endpoint: Server) -> Iterator[Server]:
    """A site of three pages with the usual tag."""
    server = Server(snippet)
    server.publish(document(script_tag(endpoint)), *USUAL_PATHS)
    yield from server.serving()


@pytest.fixture
def visitor(chromium: Browser, site: Server, endpoint: Server) -> Iterator[Visitor]:
    """Somebody in a fresh browser profile. No story may end with an error in the page's own reports."""
    context = chromium.new_context(has_touch=True, viewport={"width": 640, "height": 480})
    visitor = Visitor(context, site, endpoint)
    yield visitor
    context.close()
    assert visitor.errors == []
