"""Writes rows while the next ones are being made up: in another process, where there are enough of them."""

from __future__ import annotations

from contextlib import contextmanager
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, TypeAlias

from tracker.db import connect
from tracker.demo_data.shelf import Order, Rows, make_room, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    from tracker.db import Database

Write: TypeAlias = "Callable[[Rows], None]"
"""Takes a portion's rows, table by table."""


class WriterError(Exception):
    """The other process could not write; the message says why."""


def write_here(database: Database, order: Order) -> Write:
    """Give what writes a portion, in one transaction, before it returns."""

    def write(rows: Rows) -> None:
        with database.writing() as session:
            make_room(session)
            for table, columns in order:
                if rows.get(table):
                    put(session, table, columns, rows[table])

    return write


@contextmanager
def write_beside(url: str, order: Order) -> Iterator[Write]:
    """Give what hands a portion to a process of its own, which is one portion behind at most.

    At the end all of them are committed.

    Raises:
        WriterError: something could not be written.

    """
    context = get_context("spawn")  # a copy of ours would share our connections
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(url, order, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield lambda rows: _hand_over(ours, dict(rows))
        _hand_over(ours, None)
        _hear(ours)
    finally:
        ours.close()
        process.join()


def _hand_over(ours: Connection[Any, Any], rows: Rows | None) -> None:
    try:
        ours.send(rows)
    except OSError:
        _hear(ours)
        raise


def _hear(ours: Connection[Any, Any]) -> None:
    """Wait until everything is written, or for what went wrong."""
    try:
        problem = ours.recv()
    except EOFError:
        problem = "the process that writes has ended"
    if problem:
        raise WriterError(problem)


def _serve(url: str, order: Order, theirs: Connection[Any, Any]) -> None:
    database = connect(url)
    write = write_here(database, order)
    try:
        while (rows := theirs.recv()) is not None:
            write(rows)
        theirs.send("")
    except EOFError:
        pass  # whoever makes them up has given up
    except Exception as error:  # noqa: BLE001  (whatever it is, the other side has to say it)
        theirs.send(str(error))
    finally:
        theirs.close()
        database.dispose()
