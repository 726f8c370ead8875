"""The database: engines, the unit of work, and what must be true of a server before we trust it.

SQLite has two engines: one that only reads, and one whose every transaction begins IMMEDIATE,
because a deferred transaction that reads and then writes fails at once under contention, whatever
the busy timeout says.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY_TIMEOUT_MS = 10_000
"""How long a SQLite writer waits for another before it gives up."""
STATEMENT_TIMEOUT_MS = 15_000
"""How long PostgreSQL works on one statement of ours before it gives up."""
CONNECT_TIMEOUT_S = 3


class UnsafeDatabaseError(Exception):
    """The server is set up so that it may lose what it acknowledged; we refuse to start on it."""


@dataclass(frozen=True, slots=True)
class Database:
    """Two engines on one database; on PostgreSQL they are the same."""

    write_engine: Engine
    read_engine: Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a SQLite file."""
        return self.write_engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One unit of work: committed at the end, rolled back when anything goes wrong."""
        with Session(self.write_engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Look without writing."""
        with Session(self.read_engine, expire_on_commit=False) as session:
            yield session

    def dispose(self) -> None:
        """Close all connections."""
        self.write_engine.dispose()
        self.read_engine.dispose()


def connect(url: str, *, pool_size: int = 8, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Database:
    """Open the database at a SQLAlchemy address; a SQLite file's folder is made when missing."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        if address.database:
            # What is in it concerns people, so nobody else on the machine may look.
            Path(address.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Database(
            _sqlite(url, busy_timeout_ms, writes=True), _sqlite(url, busy_timeout_ms, writes=False)
        )
    engine = create_engine(
        address,
        hide_parameters=True,  # an error in the log must not tell addresses and names
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        pool_timeout=5,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC",
        },
    )
    return Database(engine, engine)


def refuse_unsafe(database: Database) -> None:
    """Make sure that what the server acknowledges is on disk.

    Raises:
        UnsafeDatabaseError: PostgreSQL runs with `fsync` or `synchronous_commit` off.

    """
    if database.is_sqlite:
        return
    with database.read_engine.connect() as connection:
        for name in ("fsync", "synchronous_commit"):
            if connection.execute(text(f"SHOW {name}")).scalar_one() == "off":
                msg = f"PostgreSQL runs with {name}=off and may lose acknowledged visits: switch it on"
                raise UnsafeDatabaseError(msg)


def _sqlite(url: str, busy_timeout_ms: int, *, writes: bool) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        connect_args={"timeout": busy_timeout_ms / 1000, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:  # noqa: ANN401  (the driver's own type)
        # Transactions are ours: the driver's own handling begins them deferred, and late.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={busy_timeout_ms}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        if not writes:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:  # noqa: ANN401
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
