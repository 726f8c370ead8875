"""What every story at the desk begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tracker.web.company import Company, open_company

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.db import Database


@pytest.fixture
def company(database: Database) -> Iterator[Company]:
    with open_company(database) as opened:
        yield opened
