"""A file from beginning to end: find its table, learn its habits, read its rows, store them, report."""

from __future__ import annotations

import gc
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from tracker.audit import COMMAND, What, note
from tracker.imports.ahead import read_ahead
from tracker.imports.contacts import read_contacts
from tracker.imports.errors import NotStoredError
from tracker.imports.fields import Field
from tracker.imports.layout import lay_out
from tracker.imports.memory import Memory, recall, remember
from tracker.imports.reasons import seed_reason_rules
from tracker.imports.rejects import RejectsFile
from tracker.imports.report import SHOWN_FAULTS, ImportReport
from tracker.imports.rows import RowReader
from tracker.imports.source import Stamp, changed_error, stamp_of
from tracker.imports.storing.store import Store
from tracker.imports.survey import survey
from tracker.imports.table import find_table
from tracker.models import OwnerName
from tracker.owners import map_by_itself
from tracker.words import Thing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from tracker.audit import Actor
    from tracker.imports.ahead import Chunk
    from tracker.imports.layout import Layout
    from tracker.imports.rejects import Fault
    from tracker.imports.report import Deals, ImportOptions, People
    from tracker.imports.survey import Survey
    from tracker.installation import Installation

IMPORT_LOCK = 0x52696E67
"""PostgreSQL's advisory lock that imports take, one after the other."""


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
    `who` is on record for it.

    Raises:
        QuestionError: only the user knows how to read this file; nothing was written.
        ImportFailedError: the file cannot be imported at all; nothing was written.

    """
    stamp = stamp_of(path)
    table = find_table(path, [heading for _, heading in options.mapping])
    with installation.database.reading() as session:
        memory = recall(session, table.headings)
    layout = lay_out(table, options, memory)
    habits = survey(table, layout, memory, options.date_order)
    settings = installation.settings
    contacts = read_contacts(options.contacts, settings.phone_region) if options.contacts else None
    reader = RowReader(layout, habits, settings.currency, settings.phone_region, contacts)
    job = _Job(table.headings, _answers(layout, habits, options, memory), now, options.dry_run, who)
    with RejectsFile(None if options.dry_run else options.rejects, table) as rejects:
        tally = _Tally(rejects, lambda done: progress(done, habits.rows), stamp, habits.rows)
        with closing(read_ahead(table, reader, habits.rows)) as chunks:
            stored = _store(installation, chunks, tally, job)
    faults = (*(contacts.faults if contacts else ()), *tally.faults)
    return ImportReport(
        family=layout.family.name,
        rows=habits.rows,
        rejected=tally.rejected,
        deals=stored.deals,
        people=stored.people,
        faults=faults[:SHOWN_FAULTS],
        rejects=rejects.written,
        unmapped_owners=stored.unmapped_owners,
        unsorted_reasons=stored.unsorted_reasons,
        unknown_contacts=tally.unknown_contacts,
        date_order=habits.date_order,
        is_dry_run=options.dry_run,
    )


@dataclass(slots=True)
class _Tally:
    """What became of the rows, while they pass."""

    rejects: RejectsFile
    progress: Callable[[int], None]
    stamp: Stamp
    expected: int
    """Rows that the first reading found."""
    done: int = 0
    rejected: int = 0
    unknown_contacts: int = 0
    faults: list[Fault] = field(default_factory=list)

    def put_aside(self, chunk: Chunk) -> None:
        """See to the rows of a chunk that do not go in."""
        for reject in chunk.rejected:
            self.rejects.add(reject.cells, reject.faults)
            if len(self.faults) < SHOWN_FAULTS:
                self.faults += reject.faults
        self.rejected += len(chunk.rejected)
        self.unknown_contacts = chunk.unknown_contacts

    def stored(self, chunk: Chunk) -> None:
        """Tell how far it is."""
        self.done += chunk.rows
        self.progress(self.done)

    def finish(self) -> None:
        """See that the file was read whole, and its rejected rows are kept, while all can be undone.

        Raises:
            ImportFailedError: it was not, or they are not.

        """
        self.stamp.require_same()
        if self.done != self.expected:
            raise changed_error(self.stamp.path)
        self.rejects.finish()


@dataclass(frozen=True, slots=True)
class _Job:
    headings: tuple[str, ...]
    answers: Memory
    now: datetime
    dry_run: bool
    who: Actor


@dataclass(frozen=True, slots=True)
class _Stored:
    deals: Deals
    people: People
    unmapped_owners: tuple[str, ...]
    unsorted_reasons: tuple[str, ...]


def _store(installation: Installation, chunks: Iterable[Chunk], tally: _Tally, job: _Job) -> _Stored:
    database = installation.database
    try:
        with database.writing() as session:
            if not database.is_sqlite:
                session.execute(select(func.pg_advisory_xact_lock(IMPORT_LOCK)))
            seed_reason_rules(session)
            store = Store(session, installation.signer, job.now)
            for chunk in chunks:
                tally.put_aside(chunk)
                if chunk.deals:
                    store.write(chunk.deals)
                tally.stored(chunk)
            map_by_itself(session, store.owner_addresses)
            if tally.done > tally.rejected:
                remember(session, job.headings, job.answers)
            unmapped = session.scalars(
                select(OwnerName.name).where(OwnerName.user_id.is_(None)).order_by(OwnerName.name)
            ).all()
            tally.finish()
            after = {"family": job.answers.family, "rows": tally.done, "rejected": tally.rejected}
            note(session, job.who, "import", What(Thing.IMPORT, after=after), job.now)
            if job.dry_run:
                session.rollback()
    except DBAPIError as error:
        msg = f"Nothing was imported, because the database refused it: {error.orig}. Try again."
        raise NotStoredError(msg) from error
    return _Stored(store.deals, store.people, tuple(unmapped), store.unsorted_reasons)


def _answers(layout: Layout, habits: Survey, options: ImportOptions, memory: Memory) -> Memory:
    """Give what to remember of this file for the next one with its headings."""
    return Memory(
        fields=dict(memory.fields) | dict(options.mapping),
        is_confirmed=True,
        is_key_confirmed=Field.DEAL_ID not in layout.columns,
        family=options.format or memory.family,
        date_order=habits.date_order or memory.date_order,
        decimal_mark=habits.decimal_mark or memory.decimal_mark,
    )
