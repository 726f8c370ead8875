"""The setting of the ingest's stories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tracker.ingest.stories import Setting, set_up

if TYPE_CHECKING:
    from tracker.db import Database


@pytest.fixture
def setting(database: Database) -> Setting:
    return set_up(database)
