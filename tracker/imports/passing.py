"""The rows of a file while they pass: what is rejected is put aside, what was told is checked at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import func, select, update

from tracker.audit import Actor, What, note
from tracker.imports.history import Counts
from tracker.imports.memory import remember
from tracker.imports.noted import Noted
from tracker.imports.report import SHOWN_FAULTS, ImportReport
from tracker.imports.source import changed_error
from tracker.imports.storing.tally import Tally
from tracker.models import ImportStatus, OwnerName
from tracker.owners import map_by_itself
from tracker.words import Thing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.imports.ahead import Chunk
    from tracker.imports.ledger import Ledger
    from tracker.imports.ready import Ready
    from tracker.imports.rejects import Fault, RejectsFile
    from tracker.models import Import

IMPORT_LOCK = 0x52696E67
"""PostgreSQL's advisory lock that imports take, one after the other."""


def in_turn(session: Session) -> None:
    """Wait until no other import is writing, to the end of this transaction."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(IMPORT_LOCK)))


@dataclass(slots=True)
class Passing:
    """What became of the rows."""

    ready: Ready
    rejects: RejectsFile
    progress: Callable[[int, int], None]
    tally: Tally = field(default_factory=Tally)
    done: int = 0
    rejected: int = 0
    unknown_contacts: int = 0
    faults: list[Fault] = field(default_factory=list)
    noted: Noted = field(default_factory=Noted)

    def put_aside(self, chunk: Chunk) -> None:
        """See to the rows of a chunk that do not go in, or not with all that they say."""
        for reject in chunk.rejected:
            self.rejects.add(reject.cells, reject.faults)
            if len(self.faults) < SHOWN_FAULTS:
                self.faults += reject.faults
        self.rejected += len(chunk.rejected)
        self.noted.add(chunk.notes)
        self.unknown_contacts = chunk.unknown_contacts

    def stored(self, chunk: Chunk) -> None:
        """Tell how far it is."""
        self.done += chunk.rows
        self.progress(self.done, self.ready.habits.rows)

    def finish(self) -> None:
        """See that the file was read whole, and its rejected rows are kept, while all can be undone.

        Raises:
            ImportFailedError: it was not, or they are not.

        """
        self.ready.stamp.require_same()
        if self.done != self.ready.habits.rows:
            raise changed_error(self.ready.stamp.path)
        self.rejects.finish()

    @property
    def counts(self) -> Counts:
        """Give what it comes to so far."""
        deals, people = self.tally.deals, self.tally.people
        return Counts(
            family=self.ready.layout.family.name,
            rejected=self.rejected,
            **{f"deals_{name}": getattr(deals, name) for name in deals.__slots__},
            **{f"people_{name}": getattr(people, name) for name in people.__slots__},
            unknown_contacts=self.unknown_contacts,
            date_order=self.ready.habits.date_order or "",
            notes=self.notes,
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """Say what is not taken of rows that go in."""
        contacts = self.ready.contacts
        return (*(contacts.noted.sentences if contacts else ()), *self.noted.sentences)


def finish(
    session: Session,
    row: Import,
    ledger: Ledger,
    passing: Passing,
    now: datetime,
    users: Mapping[str, int] | None = None,
) -> None:
    """End an import: owners get the users behind them, the answers are remembered, all is on record.

    `users` are those that somebody put behind names of owners, by the key of the name.
    """
    _map_owners(session, ledger, passing, users or {})
    if passing.done > passing.rejected:
        remember(session, passing.ready.table.headings, passing.ready.answers)
    ledger.keep(session)
    row.status, row.ended_at, row.beat_at = ImportStatus.DONE, now, now
    row.rows = row.done = passing.done
    row.report = msgspec.to_builtins(passing.counts)
    after = {"family": passing.ready.layout.family.name, "rows": passing.done, "rejected": passing.rejected}
    note(session, Actor(row.by, row.user_id), "import", What(Thing.IMPORT, row.id, after=after), now)
    session.flush()


def _map_owners(session: Session, ledger: Ledger, passing: Passing, users: Mapping[str, int]) -> None:
    nobodys = set(session.scalars(select(OwnerName.id).where(OwnerName.user_id.is_(None))))
    for key, chosen in users.items():
        session.execute(
            update(OwnerName)
            .where(OwnerName.name_key == key, OwnerName.user_id.is_(None))
            .values(user_id=chosen)
        )
    map_by_itself(session, passing.tally.addresses)
    found = select(OwnerName.id, OwnerName.user_id).where(OwnerName.user_id.is_not(None))
    for row_id, user_id in session.execute(found):
        if row_id in nobodys and user_id is not None:
            ledger.batch.mapped[row_id] = user_id


def report_of(passing: Passing, unmapped: tuple[str, ...], import_id: int | None) -> ImportReport:
    """Sum up; an import without an id was but a dry run."""
    ready = passing.ready
    faults = (*(ready.contacts.faults if ready.contacts else ()), *passing.faults)
    return ImportReport(
        family=ready.layout.family.name,
        rows=ready.habits.rows,
        rejected=passing.rejected,
        deals=passing.tally.deals,
        people=passing.tally.people,
        faults=faults[:SHOWN_FAULTS],
        rejects=passing.rejects.written,
        unmapped_owners=unmapped,
        unsorted_reasons=tuple(passing.tally.unsorted),
        unknown_contacts=passing.unknown_contacts,
        date_order=ready.habits.date_order,
        is_dry_run=import_id is None,
        encoding=ready.table.encoding,
        warnings=ready.warnings,
        notes=passing.notes,
        import_id=import_id,
    )
