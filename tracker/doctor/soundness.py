"""Is the database as it was written? And what is said of one that cannot be read."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from tracker.doctor.finding import Finding, ill, mind, well

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from tracker.db import Database

LOOK_S = 10.0
"""Seconds for looking through a SQLite file: some gigabytes on a common disk."""
AGAIN_S = 0.01
PUT_BACK = "stop Ringback and put your backup of it back, or save what `sqlite3 FILE .recover` still reads"


def check_soundness(database: Database, look_s: float = LOOK_S) -> Iterator[Finding]:
    """Look through a SQLite file for damage, for at most `look_s` seconds; a server does so itself."""
    if not database.is_sqlite:
        return
    try:
        with database.read_engine.connect() as connection, _within(look_s, connection):
            damage = connection.execute(text("PRAGMA quick_check(1)")).scalars().all()
    except SQLAlchemyError as error:
        if "interrupted" in str(error):
            yield mind(
                f"The database is large: no damage was found within {look_s:g} seconds, and the rest was"
                " not looked at. `sqlite3 FILE 'PRAGMA quick_check'` looks at all of it."
            )
        else:
            yield database_fault(database, error)
        return
    if damage == ["ok"]:
        yield well("The database's file is whole.")
    else:
        found = " ".join(str(damage[0]).replace("***", "").split())
        yield ill(f"The database's file is damaged ({found}): {PUT_BACK}.")


def database_fault(database: Database, error: Exception) -> Finding:
    """Say what an error of the database means, and what to do."""
    said = str(getattr(error, "orig", error)).strip().partition("\n")[0]
    if not database.is_sqlite:
        return ill(f"The database does not answer ({said}): start it, or check RINGBACK_DATABASE_URL.")
    if "locked" in said:
        return ill(
            f"Another process holds the database ({said}): let it end, or end it, and check once more."
        )
    if isinstance(error, OperationalError):
        return ill(
            f"The database cannot be used ({said}): see that its file and folder may be read and written, and"
            " that the disk has room."
        )
    return ill(f"The database's file is damaged ({said}): {PUT_BACK}.")


@contextmanager
def _within(seconds: float, connection: Connection) -> Iterator[None]:
    """Interrupt what a connection to SQLite does for longer."""
    driver = connection.connection.driver_connection
    done = Event()

    def interrupt() -> None:
        wait_s = seconds
        # Again and again: what comes just before a statement begins is not heard.
        while driver is not None and not done.wait(wait_s):
            driver.interrupt()
            wait_s = AGAIN_S

    thread = Thread(target=interrupt, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
