"""What an import left on record of itself, put together from all its transactions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select

from tracker.among import among
from tracker.imports.ledger import Batch, digest
from tracker.models import Import, ImportBatch, ImportChange, ImportStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute, Session


FOLLOWING = frozenset({"reason_kind", "outcome"})
"""Columns that follow the rules of loss reasons: they change without anybody's edit."""


@dataclass(slots=True)
class Changed:
    """One row that the import changed: columns before it, and digests of what it wrote there."""

    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)

    def then(self, before: Mapping[str, Any], after: Mapping[str, str]) -> None:
        """Add a later change of the same row: the first value before counts, and the last one after.

        What somebody edited in between counts instead: that is what the later change found.
        """
        for name, value in before.items():
            is_edited = name not in FOLLOWING and self.after.get(name, "") != digest(value)
            if name not in self.before or is_edited:
                self.before[name] = value
        self.after |= after


@dataclass(frozen=True, slots=True)
class Records:
    """The columns of `Batch`, of the whole import."""

    stamp: datetime
    deals: dict[int, str] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)
    accounts: list[int] = field(default_factory=list)
    owners: dict[int, int | None] = field(default_factory=dict)
    mapped: dict[int, int] = field(default_factory=dict)
    account_owners: dict[int, tuple[int | None, int]] = field(default_factory=dict)
    links: dict[int, set[int]] = field(default_factory=dict)
    """Deals, each with the people whom the import put into it."""
    named: dict[int, datetime] = field(default_factory=dict)
    """Deals that had been there, each with the moment of the import before."""
    changed_deals: dict[int, Changed] = field(default_factory=dict)
    changed_people: dict[int, Changed] = field(default_factory=dict)

    def add(self, batch: Batch) -> None:
        """Add what a transaction noted, in their order, and what was inherited of earlier imports."""
        self.deals.update(batch.deals)
        self.people.update(batch.people)
        self.accounts.extend(batch.accounts)
        self.owners.update(batch.owners)
        self.mapped.update(batch.mapped)
        for row, (before, after) in batch.account_owners.items():
            first, last = self.account_owners.get(row, (before, after))
            self.account_owners[row] = (before, last) if batch.inherited else (first, after)
        for deal, person in batch.links:
            self.links.setdefault(deal, set()).add(person)
        for moment, rows in batch.named.items():
            named_at = datetime.fromisoformat(moment)
            for row in rows:
                self.named[row] = named_at if batch.inherited else self.named.get(row, named_at)

    @property
    def known_deals(self) -> list[int]:
        """Deals that had been there, and that the import named, changed or put somebody into."""
        return sorted((self.named.keys() | self.changed_deals.keys() | self.links.keys()) - self.deals.keys())


def load_records(session: Session, import_id: int) -> Records:
    """Give what an import that has begun left on record."""
    stamp = session.get_one(Import, import_id).stamp
    if stamp is None:
        msg = f"the import {import_id} never began"
        raise ValueError(msg)
    records = Records(stamp)
    batches = select(ImportBatch.rows).where(ImportBatch.import_id == import_id).order_by(ImportBatch.id)
    for rows in session.scalars(batches):
        records.add(msgspec.convert(rows, Batch, strict=False, str_keys=True))
    changes = select(ImportChange).where(ImportChange.import_id == import_id).order_by(ImportChange.id)
    for change in session.scalars(changes):
        if change.deal_id is not None:
            records.changed_deals.setdefault(change.deal_id, Changed()).then(change.before, change.after)
        elif change.prospect_id is not None:
            people = records.changed_people
            people.setdefault(change.prospect_id, Changed()).then(change.before, change.after)
    return records


def is_open(import_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Give the condition that an import is not undone: what such a one noted is no way back any more."""
    return import_id.not_in(select(Import.id).where(Import.status == ImportStatus.UNDONE))


def load_changed_people(session: Session, ids: Collection[int]) -> dict[int, Changed]:
    """Give what all imports have changed of these people, as far as it is not forgotten."""
    found: dict[int, Changed] = {}
    whose = (among(ImportChange.prospect_id, ids), is_open(ImportChange.import_id))
    wanted = select(ImportChange).where(*whose).order_by(ImportChange.id)
    for change in session.scalars(wanted):
        if change.prospect_id is not None:
            found.setdefault(change.prospect_id, Changed()).then(change.before, change.after)
    return found
