"""A file from beginning to end: find its table, learn its habits, read its rows, store them, report."""

from __future__ import annotations

import gc
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from tracker.audit import COMMAND
from tracker.imports.ahead import read_ahead
from tracker.imports.errors import NotStoredError
from tracker.imports.history import add_import, begin
from tracker.imports.ledger import Ledger
from tracker.imports.passing import Passing, finish, in_turn, report_of
from tracker.imports.ready import make_ready
from tracker.imports.reasons import seed_reason_rules
from tracker.imports.rejects import RejectsFile
from tracker.imports.storing.store import Store
from tracker.models import Import, OwnerName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from tracker.audit import Actor
    from tracker.imports.ahead import Chunk
    from tracker.imports.ready import Ready
    from tracker.imports.report import ImportOptions, ImportReport
    from tracker.installation import Installation


@contextmanager
def _no_collector() -> Iterator[None]:
    """Let the collector of cycles rest: rows make none, and looking for them is a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_no_collector()
def import_file(
    installation: Installation,
    path: Path,
    options: ImportOptions,
    now: datetime,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
    who: Actor = COMMAND,
) -> ImportReport:
    """Import a file of deals: good rows go in, bad ones are reported, nothing is half-written.

    All rows go in within one transaction: a file that is interrupted leaves nothing, and its repeat
    updates what is there. `progress` hears how many rows are done, and how many there are.
    `who` is on record for it, and it can be taken back for a while (`tracker.imports.undo`).

    Raises:
        QuestionError: only the user knows how to read this file; nothing was written.
        ImportFailedError: the file cannot be imported at all; nothing was written.

    """
    ready = make_ready(installation, path, options, now)
    with RejectsFile(None if options.dry_run else options.rejects, ready.table) as rejects:
        passing = Passing(ready, rejects, progress)
        with closing(read_ahead(ready.table, ready.reader, ready.habits.rows)) as chunks:
            job = _Job(installation, ready, passing, now, who)
            unmapped, import_id = job.store(chunks, dry_run=options.dry_run)
    return report_of(passing, unmapped, None if options.dry_run else import_id)


class _Job:
    """One file within one transaction."""

    def __init__(
        self, installation: Installation, ready: Ready, passing: Passing, now: datetime, who: Actor
    ) -> None:
        self._installation = installation
        self._ready = ready
        self._passing = passing
        self._now = now
        self._who = who

    def store(self, chunks: Iterable[Chunk], *, dry_run: bool) -> tuple[tuple[str, ...], int]:
        """Store the rows; gives the owners that nobody stands behind, and the import's id."""
        database, passing = self._installation.database, self._passing
        try:
            with database.writing() as session:
                in_turn(session)
                seed_reason_rules(session)
                row = add_import(session, self._who, self._ready.stamp.path.name, self._now)
                stamp = begin(session, row.id, self._who, self._now) or self._now
                ledger = Ledger(row.id, stamp, passing.tally)
                store = Store(session, self._installation.signer, stamp, passing.tally, ledger)
                for chunk in chunks:
                    passing.put_aside(chunk)
                    if chunk.deals:
                        store.write(chunk.deals)
                    passing.stored(chunk)
                passing.finish()
                session.refresh(row)
                finish(session, session.get_one(Import, row.id), ledger, passing, self._now)
                unmapped = session.scalars(
                    select(OwnerName.name).where(OwnerName.user_id.is_(None)).order_by(OwnerName.name)
                ).all()
                if dry_run:
                    session.rollback()
        except DBAPIError as error:
            msg = f"Nothing was imported, because the database refused it: {error.orig}. Try again."
            raise NotStoredError(msg) from error
        return tuple(unmapped), ledger.import_id
