"""An import is taken back: what it added and nobody has touched since goes, what it changed is as it was.

In portions, each a transaction of its own, so that nobody waits long; what is done is done, and a second
run goes on where the first one stopped. Wishes to be left alone stay, and so do the answers about columns.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select, update

from tracker.audit import What, note
from tracker.errors import PlainError
from tracker.imports.history import Undone, is_lost, why_not_undone
from tracker.imports.passing import in_turn
from tracker.imports.taking_back.added import take_accounts, take_deals, take_owners, take_people
from tracker.imports.taking_back.before import (
    give_back_companies,
    give_back_deals,
    give_back_owners,
    give_back_people,
)
from tracker.imports.taking_back.elsewhere import named_elsewhere
from tracker.imports.taking_back.handing import forget_way_back, hand_over, parts, portions
from tracker.imports.taking_back.heirs import find_heirs
from tracker.imports.taking_back.records import load_records
from tracker.imports.taking_back.touched import Stays
from tracker.models import Import, ImportStatus
from tracker.words import ActorKind, Thing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.audit import Actor
    from tracker.db import Database
    from tracker.imports.taking_back.added import Step
    from tracker.imports.taking_back.records import Records

PORTION = 500
"""Rows in one transaction: a fraction of a second, then others get their turn. On SQLite they wait for it."""
FIRST_KEPT = 200
"""Rows that stay, of which the page tells which they are."""


OTHER_UNDOING = "Another import is being undone just now: wait until that has ended, then undo this one."


class UndoError(PlainError):
    """It cannot be taken back; the message says why."""


def begin_undo(session: Session, import_id: int, who: Actor, now: datetime) -> None:
    """Say that an import is being taken back, also in the audit log; of two who want that, one does it.

    Raises:
        UndoError: there is none, or it cannot be taken back, or not any more.

    """
    in_turn(session)  # before the row, as whoever works on it takes both
    row = session.get(Import, import_id, with_for_update=True)
    if row is None:
        msg = f"There is no import {import_id}. See them with: ringback imports"
        raise UndoError(msg)
    if reason := why_not_undone(row, now):
        raise UndoError(reason)
    others = session.scalars(
        select(Import).where(Import.status == ImportStatus.UNDOING, Import.id != import_id)
    )
    if any(not is_lost(other, now) for other in others):
        raise UndoError(OTHER_UNDOING)
    row.status, row.beat_at, row.ended_at = ImportStatus.UNDOING, now, row.ended_at or now
    note(session, who, "begin to undo", What(Thing.IMPORT, import_id, after={"file": row.file_name}), now)


def undo(
    database: Database, import_id: int, who: Actor, clock: Callable[[], datetime], portion: int = PORTION
) -> Undone:
    """Take back what `begin_undo` announced, `portion` rows in a transaction; gives what it came to.

    Raises:
        sqlalchemy.exc.OperationalError: the database went away; what was taken back stays so.

    """
    with database.reading() as session:
        records = load_records(session, import_id)
    undoing = _Undoing(database, import_id, clock, records, portion)
    result = undoing.run()
    undoing.hand_over()
    with database.writing() as session:
        in_turn(session)
        row = session.get_one(Import, import_id)
        row.status, row.undone_at = ImportStatus.UNDONE, clock()
        row.undone_by = who.user_id if who.kind is ActorKind.USER else None
        told = msgspec.to_builtins(result)
        row.report = row.report | {"undone": told}
        after = {name: value for name, value in told.items() if name != "first_kept"}
        note(session, who, "undo", What(Thing.IMPORT, import_id, after=after), clock())
    is_more = True
    while is_more:
        with database.writing() as session:
            is_more = forget_way_back(session, import_id, portion)
    return result


class _Undoing:
    """One import while it is taken back."""

    def __init__(
        self,
        database: Database,
        import_id: int,
        clock: Callable[[], datetime],
        records: Records,
        portion: int,
    ) -> None:
        self._database = database
        self._import_id = import_id
        self._clock = clock
        self._records = records
        self._portion = portion
        self._kept: dict[tuple[str, int], Stays] = {}
        self._unrestored: dict[str, set[int]] = {"deal": set(), "person": set()}
        """Rows that had been there, and are not as they had been."""

    def run(self) -> Undone:
        """Added deals and then their people go, the rest is as before; last goes what nothing refers to."""
        records = self._records
        deals = self._each("deal", sorted(records.deals), take_deals)
        restored_deals = self._each("deal", records.known_deals, give_back_deals)
        people = self._each("person", sorted(records.people), take_people)
        restored_people = self._each("person", sorted(records.changed_people), give_back_people)
        self._each("", sorted(records.account_owners), give_back_companies)
        self._each("", sorted(records.mapped.keys() - records.owners.keys()), give_back_owners)
        with self._database.reading() as session:
            named = named_elsewhere(session, self._import_id)
        companies = self._each("", sorted(set(records.accounts) - named.accounts.keys()), take_accounts)
        self._each("", sorted(records.owners.keys() - named.owners.keys()), take_owners)
        return Undone(
            deals_deleted=deals,
            people_deleted=people,
            deals_restored=restored_deals,
            people_restored=restored_people,
            companies_deleted=companies,
            kept={str(why): number for why, number in Counter(self._kept.values()).most_common()},
            first_kept=[(kind, row, str(why)) for (kind, row), why in islice(self._kept.items(), FIRST_KEPT)],
        )

    def hand_over(self) -> None:
        """Give what stays for a later import's sake to that one."""
        with self._database.reading() as session:
            heirs = find_heirs(session, self._import_id, self._records)
        for one in portions(heirs, self._records, self._unrestored, self._portion):
            with self._database.writing() as session:
                in_turn(session)
                hand_over(session, self._import_id, one)
                self._beat(session)

    def _each(
        self, kind: str, ids: Sequence[int], step: Callable[[Session, Records, Sequence[int]], Step]
    ) -> int:
        done = 0
        for some in parts(ids, self._portion):
            with self._database.writing() as session:
                in_turn(session)
                number, kept = step(session, self._records, some)
                self._beat(session)
            done += number
            self._kept.update({(kind, row): why for row, why in kept.items()})
            if step in (give_back_deals, give_back_people):
                self._unrestored[kind] |= {row for row, why in kept.items() if why is not Stays.GONE}
        return done

    def _beat(self, session: Session) -> None:
        session.execute(update(Import).where(Import.id == self._import_id).values(beat_at=self._clock()))
