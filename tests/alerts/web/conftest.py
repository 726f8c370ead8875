"""What every story at the front of the house begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.alerts.web.front import Front, open_front
from tests.browser import launch_chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tracker.db import Database


@pytest.fixture
def front(database: Database) -> Front:
    """Dana reads the pricing page, and Sam has the alert's mail open."""
    return open_front(database)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real browser for a file's stories."""
    with launch_chromium() as browser:
        yield browser
