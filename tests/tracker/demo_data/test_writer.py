"""Rows are written beside whoever makes them up, or what is wrong is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tracker.demo_data.writer import WriterError, write_beside
from tracker.models import Account, Drop

if TYPE_CHECKING:
    from tracker.db import Database

ORDER = (("accounts", ("id", "name", "name_key", "owner_name_id")), ("drops", ("reason", "count", "last_at")))


def test_another_process_writes_what_it_is_given(database: Database, database_url: str) -> None:
    with write_beside(database_url, ORDER) as write:
        write({"accounts": [(1, "Brightwell", "brightwell", None), (2, "A\tB\\", "a", None)]})
        write({"drops": [("too old", 3, "2026-03-10 12:00:00.000000")]})
    with database.writing() as session:
        assert session.scalars(select(Account.name).order_by(Account.id)).all() == ["Brightwell", "A\tB\\"]
        assert session.scalars(select(Drop.count)).all() == [3]
        session.add(Account(name="Next", name_key="next"))
        session.flush()
        assert session.scalar(select(Account.id).where(Account.name == "Next")) == 3


def test_what_cannot_be_written_is_said(database: Database, database_url: str) -> None:
    del database
    with pytest.raises(WriterError, match="name_key"), write_beside(database_url, ORDER) as write:
        write({"accounts": [(1, "Brightwell", None, None)]})
