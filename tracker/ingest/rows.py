"""Visits as plain records on the way of a hit: read once, changed in memory, written all at once.

Each is there once, whoever asks for it, and holds what will be written. Who changes one has it stored
(`judge` does), before anything is asked of the database that depends on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tracker.models import Visit
from tracker.setwise import columns_of, insert_rows, new_ids, update_rows
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session


@dataclass(slots=True, eq=False)
class VisitRow:
    """A visit; its fields are the row's (`tracker.models.Visit`)."""

    id: int
    """0: not written yet."""
    prospect_id: int
    browser_id: int
    site_id: int
    campaign_id: int | None
    started_at: datetime
    last_at: datetime
    by_link: bool
    user_agent: str
    address_hash: str
    signs: list[str] = field(default_factory=list)
    """Replaced, never changed in place, as the other lists: so it shows what is to be written."""
    burst: str = ""
    pages: int = 0
    forgotten_at: datetime | None = None
    state: State = State.UNCONFIRMED
    state_reasons: list[str] = field(default_factory=list)
    demoted: bool = False
    identity: list[str] = field(default_factory=list)
    not_theirs: bool = False
    points: int = 0
    intent: int = 0
    intent_reasons: list[dict[str, Any]] = field(default_factory=list)


_NAMES = tuple(one.name for one in fields(VisitRow))
COLUMNS = tuple(getattr(Visit, name) for name in _NAMES)
"""Of a statement whose rows `VisitRows.hold` takes in."""
_EVIDENCE = ("started_at", "last_at", "by_link", "campaign_id", "signs", "burst", "pages")
_DERIVED = ("state", "state_reasons", "demoted", "identity", "points", "intent", "intent_reasons")
_PARTS = tuple(columns_of(("id", *names)) for names in (_EVIDENCE, _DERIVED))
"""What is written together. Who else a row belongs to writes the rest: `retention`, a rep's word."""
_all = columns_of(_NAMES)


class VisitRows:
    """The visits that a transaction has in hand."""

    def __init__(self, session: Session) -> None:
        """Hold nothing yet; `visits_in_hand` gives a session's one."""
        self._session = session
        self._rows: dict[int, VisitRow] = {}
        self._written: dict[int, list[dict[str, Any]]] = {}
        self._new: list[VisitRow] = []

    def load(self, query: Select[*tuple[Any, ...]], *, lock: bool = True) -> list[VisitRow]:
        """Give the visits that a query finds, in its order: `lock`ed, so that nobody else changes them.

        Without that it is a mere look, and what is changed in them is not written.
        """
        query = query.with_only_columns(*COLUMNS)
        if lock:
            return [
                self.hold(*row)
                for row in self._session.execute(query.with_for_update(of=Visit, key_share=True))
            ]
        return [self._rows.get(row[0]) or VisitRow(*row) for row in self._session.execute(query)]

    def hold(self, *values: Any) -> VisitRow:  # noqa: ANN401  (a row as it comes)
        """Take a visit in hand by its `COLUMNS`, unless it is: then it stays as it was changed here."""
        row = self._rows.get(values[0])
        if row is None:
            row = VisitRow(*values)
            self._take_in(row)
        return row

    def add(self, row: VisitRow) -> None:
        """Take in a new visit."""
        self._new.append(row)

    def store(self) -> None:
        """Write what is new, which gets its id, and what has changed."""
        self._session.flush()  # new browsers come before their visits
        new, self._new = self._new, []
        if new:
            self._insert(new)
        for index, part in enumerate(_PARTS):
            changed = []
            for number, row in self._rows.items():
                now = part(row)
                if now != self._written[number][index]:
                    self._written[number][index] = now
                    changed.append(now)
            update_rows(self._session, Visit, changed)

    def _insert(self, rows: Sequence[VisitRow]) -> None:
        for row, number in zip(rows, new_ids(self._session, Visit, len(rows)), strict=True):
            row.id = number
            self._take_in(row)
        insert_rows(self._session, Visit, [_all(row) for row in rows])

    def _take_in(self, row: VisitRow) -> None:
        self._rows[row.id] = row
        self._written[row.id] = [part(row) for part in _PARTS]


def visits_in_hand(session: Session) -> VisitRows:
    """Give the visits of this session, which is one transaction."""
    rows: VisitRows = session.info.setdefault(VisitRows, VisitRows(session))
    return rows


def find_visits(session: Session, *conditions: Any, lock: bool = True) -> list[VisitRow]:  # noqa: ANN401  (SQL)
    """Give the visits of which these conditions are true, in the order in which they are locked."""
    return visits_in_hand(session).load(select(Visit).where(*conditions).order_by(Visit.id), lock=lock)
