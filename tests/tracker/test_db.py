"""The database keeps its promises on SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from tests.builders import NOON, add_account, add_prospect
from tracker.models import Prospect

if TYPE_CHECKING:
    from tracker.db import Database


def test_what_is_written_is_read_back_in_utc(database: Database) -> None:
    with database.writing() as session:
        add_prospect(session, add_account(session), created_at=NOON)
    with database.reading() as session:
        assert session.scalars(select(Prospect)).one().created_at == NOON


def test_a_moment_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="naive"), database.writing() as session:
        add_prospect(session, created_at=datetime(2026, 1, 1))  # noqa: DTZ001  (the fault itself)
