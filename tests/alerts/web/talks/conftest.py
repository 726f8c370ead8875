"""Where the stories of the pages about talks are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.alerts.web.talks.floor import Floor, Lost, open_floor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tracker.web.company import Browser
    from tracker.db import Database


@pytest.fixture
def floor(database: Database) -> Iterator[Floor]:
    with open_floor(database) as opened:
        yield opened


@pytest.fixture
def lost(floor: Floor) -> Lost:
    """Sam lost Dana's deal today."""
    return floor.lose()


@pytest.fixture
def lost_lately(floor: Floor) -> Lost:
    """Two weeks ago: the talk about why is due."""
    return floor.lose(days_ago=14)


@pytest.fixture
def browser(floor: Floor) -> Browser:
    """Sam's."""
    return floor.browser()
