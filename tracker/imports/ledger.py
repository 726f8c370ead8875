"""What an import adds and changes, written down in its own transactions, so that it can be taken back.

Of what it added only ids and digests are kept; of what it changed, what had been there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import insert

from tracker.models import ImportBatch, ImportChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.imports.storing.tally import Tally

DIGEST_BYTES = 8
"""An edit goes unseen once in 10**19 times."""


def digest(value: object) -> str:
    """Give a short text that differs when the value does; it does not tell the value."""
    return hashlib.blake2b(msgspec.json.encode(value), digest_size=DIGEST_BYTES).hexdigest()


class Batch(msgspec.Struct, kw_only=True):
    """What one transaction added and met."""

    deals: dict[int, str] = {}
    """Added, each with the digest of all that was written."""
    people: dict[int, str] = {}
    accounts: list[int] = []
    owners: dict[int, int | None] = {}
    """Names of owners that were added, and the user who was put behind each."""
    mapped: dict[int, int] = {}
    """Names that were there, and the user who was put behind each."""
    account_owners: dict[int, tuple[int | None, int]] = {}
    """Companies that were there, their owner before and after."""
    links: list[tuple[int, int]] = []
    """Who was put into which deal: deal, person."""
    named: dict[str, list[int]] = {}
    """Deals that were there, by the moment of the import that had named them last."""
    inherited: bool = False
    """Whether an earlier import had noted this, which was taken back: what it says of before counts."""


@dataclass(slots=True)
class Ledger:
    """Notes one transaction of an import; `keep` writes it with the rest."""

    import_id: int
    stamp: datetime
    tally: Tally
    batch: Batch = field(default_factory=Batch)
    _changes: list[dict[str, Any]] = field(default_factory=list)

    def add_deals(self, written: Mapping[int, Mapping[str, Any]]) -> None:
        """Note deals that were added, by id."""
        self.tally.added_deals |= written.keys()
        self.batch.deals |= {row: digest(list(values.values())) for row, values in written.items()}

    def add_people(self, written: Mapping[int, Mapping[str, Any]]) -> None:
        """Note people who were added, by id."""
        self.tally.added_people |= written.keys()
        self.batch.people |= {row: digest(list(values.values())) for row, values in written.items()}

    def change_deal(self, row: int, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """Note that a deal says something else now."""
        if row in self.tally.added_deals:
            self.batch.deals[row] = digest(list(new.values()))
        else:
            self._change({"deal_id": row, "prospect_id": None}, old, new)

    def change_person(self, row: int, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """Note that a person is described otherwise now; `old` may be part of the columns."""
        if row in self.tally.added_people:
            self.batch.people[row] = digest(list(new.values()))
        else:
            self._change({"deal_id": None, "prospect_id": row}, old, new)

    def name(self, row: int, before: datetime) -> None:
        """Note that this file names a deal that an import of `before` had named last."""
        if before != self.stamp:
            self.batch.named.setdefault(before.isoformat(), []).append(row)

    def link(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Note who was put into which deal."""
        self.batch.links += pairs

    def keep(self, session: Session) -> None:
        """Write it down."""
        content = msgspec.to_builtins(self.batch, str_keys=True)
        session.add(ImportBatch(import_id=self.import_id, rows={k: v for k, v in content.items() if v}))
        session.flush()
        if self._changes:
            session.connection().execute(insert(ImportChange), self._changes)

    def _change(self, whose: dict[str, int | None], old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        changed = {name: value for name, value in old.items() if new[name] != value}
        if not changed:
            return
        self._changes.append(
            {"import_id": self.import_id, **whose}
            | {
                "before": msgspec.to_builtins(changed),
                "after": {name: digest(new[name]) for name in changed},
            }
        )
