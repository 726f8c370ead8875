"""Where the stories of the pages about talks are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.alerts.web.talks.floor import Floor, open_floor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.db import Database


@pytest.fixture
def floor(database: Database) -> Iterator[Floor]:
    with open_floor(database) as opened:
        yield opened
