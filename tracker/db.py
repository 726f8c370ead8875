"""The database: engines, the unit of work, and what must be true of a server before we trust it.

SQLite has two engines: one that only reads, and one whose every transaction begins IMMEDIATE,
because a deferred transaction that reads and then writes fails at once under contention, whatever
the busy timeout says. A third is for the inbox (`tracker.ingest.inbox`), where each statement is a
transaction of its own.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import URL, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError  # noqa: A004  (the pool's)
from sqlalchemy.orm import Session

from tracker.turns import Turns, TurnTimeoutError

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY_TIMEOUT_MS = 10_000
"""How long a SQLite writer waits for another before it gives up."""
STATEMENT_TIMEOUT_MS = 15_000
"""How long PostgreSQL works on one statement of ours before it gives up."""
PLANS = "-c jit=off -c max_parallel_workers_per_gather=0"
"""Ours are small queries over large tables of many parts: compiling them, or calling in other processes,
takes PostgreSQL ten times as long as the answer.
"""
CONNECT_TIMEOUT_S = 3
KEEPALIVE = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
"""By which the server finds out in half a minute that a host of ours has vanished, and frees its locks."""
SAFEGUARDS = ("fsync", "full_page_writes", "synchronous_commit")
"""Of PostgreSQL: without one of them a power cut takes along what was acknowledged, or tears a page."""


DATABASE_AWAY = (OperationalError, InterfaceError, TimeoutError)
"""The database is away, busy or full: whoever waits for the same commit fares no better."""


_JSON: Any = {
    "json_serializer": lambda value: msgspec.json.encode(value).decode(),
    "json_deserializer": msgspec.json.decode,
}
"""How columns of lists are read and written."""


class UnsafeDatabaseError(Exception):
    """The server is set up so that it may lose what it acknowledged; we refuse to start on it."""


@dataclass(frozen=True, slots=True)
class Database:
    """Two engines on one database, on PostgreSQL the same; and one for its inbox."""

    write_engine: Engine
    read_engine: Engine
    inbox_engine: Engine
    """Commits each statement. On SQLite its file is another, so that neither waits for the other."""
    turns: Turns | None = None
    """Of the threads that write, where the database does not see to it."""

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a SQLite file."""
        return self.write_engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One unit of work: committed at the end, rolled back when anything goes wrong.

        Raises:
            sqlalchemy.exc.OperationalError: others have been writing for too long.

        """
        with self._turn(), Session(self.write_engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Look without writing."""
        with Session(self.read_engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for one's turn to write, on SQLite."""
        if self.turns is None:
            yield
            return
        with ExitStack() as turn:
            try:
                turn.enter_context(self.turns.turn(BUSY_TIMEOUT_MS / 1000))
            except TurnTimeoutError as error:
                raise OperationalError(None, None, error) from error
            yield

    def dispose(self) -> None:
        """Close all connections."""
        self.forget(close=True)

    def forget(self, *, close: bool = False) -> None:
        """Open new connections from now on; unless they are closed, the old ones are another process's."""
        for engine in (self.write_engine, self.read_engine, self.inbox_engine):
            engine.dispose(close=close)
        if self.turns is not None:
            self.turns.forget()


def connect(url: str, *, pool_size: int = 8, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Database:
    """Open the database at a SQLAlchemy address; a SQLite file's folder is made when missing."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        if address.database:
            # What is in it concerns people, so nobody else on the machine may look.
            Path(address.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Database(
            _sqlite(address, busy_timeout_ms, begin="BEGIN IMMEDIATE"),
            _sqlite(address, busy_timeout_ms, begin="BEGIN"),
            _sqlite(beside(address), busy_timeout_ms, begin=None),
            Turns(),
        )
    engine = _postgresql(address, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True)
    # One at a time commits for all. A connection that died costs one 503, a ping would cost every group.
    inbox_engine = _postgresql(address, pool_size=1, max_overflow=1, isolation_level="AUTOCOMMIT")
    return Database(engine, engine, inbox_engine)


def beside(address: URL) -> URL:
    """Give the address of the inbox's file, beside a SQLite database's."""
    file = Path(address.database or "")
    return address.set(database=str(file.with_name(f"{file.stem}-inbox{file.suffix}")))


def refuse_unsafe(database: Database) -> None:
    """Make sure that what the server acknowledges is on disk.

    Raises:
        UnsafeDatabaseError: PostgreSQL runs with one of `SAFEGUARDS` off.

    """
    if database.is_sqlite:
        return
    with database.read_engine.connect() as connection:
        off = [name for name in SAFEGUARDS if connection.execute(text(f"SHOW {name}")).scalar_one() == "off"]
    if off:
        msg = (
            f"PostgreSQL runs with {'=off, '.join(off)}=off and may lose acknowledged visits: switch it on"
            " in postgresql.conf (and where ALTER DATABASE or ALTER ROLE set it), and reload"
        )
        raise UnsafeDatabaseError(msg)


def _postgresql(address: URL, **options: Any) -> Engine:  # noqa: ANN401  (the library's own options)
    return create_engine(
        address,
        hide_parameters=True,  # an error in the log must not tell addresses and names
        **_JSON,
        pool_timeout=5,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC {PLANS} {KEEPALIVE}",
        },
        **options,
    )


def _sqlite(address: URL, busy_timeout_ms: int, *, begin: str | None) -> Engine:
    engine = create_engine(
        address,
        hide_parameters=True,
        **_JSON,
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
        if begin == "BEGIN":
            connection.execute("PRAGMA query_only=ON")

    if begin is not None:

        @event.listens_for(engine, "begin")
        def _on_begin(connection: Any) -> None:  # noqa: ANN401
            connection.exec_driver_sql(begin)

    return engine
