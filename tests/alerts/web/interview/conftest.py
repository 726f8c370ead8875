"""What every story of an interview begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.alerts.web.interview.scene import Scene, set_scene
from tests.tracker.web.company import open_company

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.db import Database


@pytest.fixture
def scene(database: Database) -> Iterator[Scene]:
    with open_company(database, company="Northwind") as company:
        yield set_scene(company)
