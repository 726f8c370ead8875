"""What every story about imports begins with: a folder for files, and somebody who may import."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tracker.web.company import Browser, Company, open_company
from tracker.models import Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.db import Database


@pytest.fixture
def company(database: Database, tmp_path: Path) -> Iterator[Company]:
    with open_company(database, data_dir=tmp_path) as opened:
        yield opened


@pytest.fixture
def marketer(company: Company) -> Browser:
    return company.browser(company.hire("Mia Moss", Role.MARKETER))
