"""Where the stories of talks are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.alerts.talks.office import Office
from tests.smtp_sink import smtp_sink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.smtp_sink import SmtpSink
    from tracker.db import Database


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with smtp_sink() as sink:
        yield sink


@pytest.fixture
def office(database: Database, sink: SmtpSink) -> Office:
    return Office.open(database, sink)
