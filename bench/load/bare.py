"""What Ringback is compared with, on the same server and settings: `python -m bench.load.bare PORT WHAT`.

WHAT is `nothing`, a Flask view that answers 204; or where a view keeps the request as one durable row before
it does so: `postgresql` (RINGBACK_BENCH_DSN as psycopg reads it) or `sqlite` (RINGBACK_BENCH_DSN is a file).
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from typing import TYPE_CHECKING

import psycopg
from flask import Flask, Response, request
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from bench.load.bodies import PATH
from bench.load.place import PROCESSES, THREADS
from demo.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Callable

WHAT, DSN = "RINGBACK_BENCH_WHAT", "RINGBACK_BENCH_DSN"
TABLE = "CREATE TABLE one_row (id {key} PRIMARY KEY, body TEXT NOT NULL)"
BUSY_S = 30


def create_app() -> Flask:
    """Make the compared app that the environment names."""
    app = Flask(__name__, static_folder=None)
    keep = {"nothing": _nothing, "postgresql": _postgresql, "sqlite": _sqlite}[os.environ[WHAT]]()

    @app.post(PATH)
    def visit() -> Response:
        keep(request.get_data(as_text=True))
        return Response(status=204)

    @app.get("/")
    def ready() -> Response:
        return Response("ready")

    return app


def make_table(what: str, dsn: str) -> None:
    """Make the table of one durable row a request."""
    if what == "postgresql":
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(TABLE.format(key="BIGINT GENERATED ALWAYS AS IDENTITY"))
        return
    file = _open_sqlite(dsn)
    file.execute(TABLE.format(key="INTEGER"))
    file.close()


def _nothing() -> Callable[[str], object]:
    return len


def _postgresql() -> Callable[[str], object]:
    mine = threading.local()

    def keep(body: str) -> None:
        if not hasattr(mine, "connection"):
            mine.connection = psycopg.connect(os.environ[DSN], autocommit=True)
        mine.connection.execute("INSERT INTO one_row (body) VALUES (%s)", (body,))

    return keep


def _sqlite() -> Callable[[str], object]:
    mine = threading.local()

    def keep(body: str) -> None:
        if not hasattr(mine, "connection"):
            mine.connection = _open_sqlite(os.environ[DSN])
        mine.connection.execute("INSERT INTO one_row (body) VALUES (?)", (body,))

    return keep


def _open_sqlite(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _serve(port: int) -> None:
    Granian(
        "bench.load.bare:create_app",
        factory=True,
        interface=Interfaces.WSGI,
        address=HOST,
        port=port,
        workers=PROCESSES,
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    os.environ[WHAT] = sys.argv[2]
    _serve(int(sys.argv[1]))
