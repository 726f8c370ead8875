"""Whom the alerts' stories are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.alerts.office import ALWAYS, Office
from tests.alerts.post import Post
from tests.alerts.scenes import installation
from tests.builders import add_user
from tests.smtp_sink import smtp_sink
from tracker.models import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.db import Database


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    with database.writing() as session:
        sam = add_user(session, "Sam Reed", role=Role.REP, **ALWAYS)
        yield Office(session, installation(database), sam)


@pytest.fixture
def post(database: Database) -> Iterator[Post]:
    with smtp_sink() as sink:
        yield Post.open(database, sink)
