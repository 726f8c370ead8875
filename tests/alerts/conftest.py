"""Whom the alerts' stories are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.alerts.office import ALWAYS, Office
from tests.alerts.scenes import installation
from tests.builders import add_user
from tracker.models import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.db import Database


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    with database.writing() as session:
        sam = add_user(session, "Sam Reed", role=Role.REP, **ALWAYS)
        yield Office(session, installation(database), sam)
