"""An import in small transactions, so that visits and colleagues get their turns between: for the pages.

Each transaction says how far it came; what is stored when the process dies is told from that, can be taken
back, and is updated, not doubled, by the next try.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tracker.audit import Actor, What, note
from tracker.imports.ahead import read_in_short
from tracker.imports.errors import ImportFailedError
from tracker.imports.ledger import Ledger
from tracker.imports.passing import Passing, finish, in_turn
from tracker.imports.reasons import seed_reason_rules
from tracker.imports.rejects import RejectsFile
from tracker.imports.shelf import CONTACTS, DEALS
from tracker.imports.storing.names import Names
from tracker.imports.storing.store import Store
from tracker.models import Import, ImportStatus, OwnerName
from tracker.names import name_key
from tracker.owners import NAME_LENGTH, map_by_itself
from tracker.words import Thing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from tracker.imports.ahead import Chunk
    from tracker.imports.ready import Ready
    from tracker.installation import Installation

REFUSED = "The database refused it: {}."
STOPPED = "The machine refused it: {}."
"""How far it came, and what to do, is said by the page, which knows."""


def try_out(
    installation: Installation,
    ready: Ready,
    rejects: Path,
    now: datetime,
    progress: Callable[[int, int], None],
) -> tuple[Passing, tuple[str, ...]]:
    """Find out what an import would come to, and store nothing: each transaction is rolled back.

    Gives also the owners' names that no user would stand behind.

    Raises:
        ImportFailedError: it would fail.

    """
    with RejectsFile(rejects, ready.table) as aside:
        passing = Passing(ready, aside, progress)
        with closing(read_in_short(ready.table, ready.reader)) as chunks:
            for chunk in chunks:
                passing.put_aside(chunk)
                with installation.database.writing() as session:
                    in_turn(session)
                    seed_reason_rules(session)
                    Store(session, installation.signer, now, passing.tally).write(chunk.deals)
                    session.rollback()
                passing.stored(chunk)
        passing.finish()
    with installation.database.writing() as session:
        in_turn(session)
        names = Names(session, None)
        names.prepare_owners(passing.tally.owners)
        map_by_itself(session, passing.tally.addresses)
        keys = {name_key(name, NAME_LENGTH) for name in passing.tally.owners}
        nobodys = select(OwnerName.name, OwnerName.name_key).where(OwnerName.user_id.is_(None))
        unmapped = tuple(sorted(name for name, key in session.execute(nobodys) if key in keys))
        session.rollback()
    return passing, unmapped


class BatchImport:
    """One import that has begun."""

    def __init__(
        self, installation: Installation, import_id: int, stamp: datetime, clock: Callable[[], datetime]
    ) -> None:
        """Take what it works with; `stamp` is the moment that its deals carry."""
        self._installation = installation
        self._import_id = import_id
        self._stamp = stamp
        self._clock = clock

    def run(self, ready: Ready, rejects: Path, users: Mapping[str, int]) -> None:
        """Store all of it, or say in its row how far it came and why no further.

        `users` are those whom somebody put behind names of owners, by the key of the name.
        """
        try:
            with RejectsFile(rejects, ready.table) as aside:
                passing = Passing(ready, aside, lambda _done, _all: None)
                with closing(read_in_short(ready.table, ready.reader)) as chunks:
                    for chunk in chunks:
                        self._store(chunk, passing)
                passing.finish()
                with self._installation.database.writing() as session:
                    in_turn(session)
                    row = session.get_one(Import, self._import_id)
                    ledger = Ledger(self._import_id, self._stamp, passing.tally)
                    finish(session, row, ledger, passing, self._clock(), users)
        except ImportFailedError as error:
            self.fail(said(error))
        except SQLAlchemyError as error:
            self.fail(REFUSED.format(reason_of(error)))
        except OSError as error:
            self.fail(STOPPED.format(reason_of(error)))

    def fail(self, why: str) -> None:
        """Say that it stopped; where even that cannot be stored, the missing sign of life will tell."""
        try:
            with self._installation.database.writing() as session:
                row = session.get_one(Import, self._import_id)
                now = self._clock()
                row.status, row.ended_at, row.said = ImportStatus.FAILED, now, why[:1000]
                after = {"stored": row.done, "rows": row.rows, "why": why}
                what = What(Thing.IMPORT, row.id, after=after)
                note(session, Actor(row.by, row.user_id), "stop", what, now)
        except DBAPIError:
            return

    def _store(self, chunk: Chunk, passing: Passing) -> None:
        passing.put_aside(chunk)
        with self._installation.database.writing() as session:
            in_turn(session)
            seed_reason_rules(session)
            ledger = Ledger(self._import_id, self._stamp, passing.tally)
            Store(session, self._installation.signer, self._stamp, passing.tally, ledger).write(chunk.deals)
            ledger.keep(session)
            done, now = passing.done + chunk.rows, self._clock()
            row = update(Import).where(Import.id == self._import_id)
            session.execute(row.values(done=done, rows=passing.ready.habits.rows, beat_at=now))
        passing.stored(chunk)


def reason_of(error: SQLAlchemyError | OSError) -> str:
    """Give in short why the database or the machine refused something, without full stop and paths."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(getattr(error, "orig", error)).strip().partition("\n")[0].rstrip(".")


def said(error: ImportFailedError) -> str:
    """Give an error as pages say it: of the file that was uploaded, whatever it is called here."""
    return as_said(error.plain)


def as_said(text: str) -> str:
    """Give a sentence that begins with a file's name here as pages say it."""
    for name, words in ((DEALS, "The file"), (CONTACTS, "The file of contacts")):
        if text.startswith(f"{name}: "):
            return f"{words} {text.removeprefix(f'{name}: ')}"
    return text
