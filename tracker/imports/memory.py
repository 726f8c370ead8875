"""What a user confirmed once for files with certain headings, kept so that nobody is asked twice."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.imports.cells.dates import DateOrder
from tracker.imports.fields import Field, heading_key
from tracker.imports.rejects import is_ours
from tracker.models import ImportMapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from tracker.imports.cells.money import DecimalMark


@dataclass(frozen=True, slots=True)
class Memory:
    """Answers, and what earlier files with these headings showed."""

    fields: Mapping[Field, str] = field(default_factory=dict)
    """Our field to their heading, where the user said so."""
    columns: tuple[tuple[Field, str], ...] | None = None
    """Our field and their heading for all columns, where the user said all of it."""
    is_confirmed: bool = False
    """Whether the user took our reading of headings that no CRM writes."""
    is_key_confirmed: bool = False
    """Whether account and name tell deals apart."""
    family: str = ""
    """The family that the user named; empty: recognised."""
    date_order: DateOrder | None = None
    decimal_mark: DecimalMark | None = None


def recall(session: Session, headings: Sequence[str]) -> Memory:
    """Give what is known of files with these headings; their order does not matter."""
    row = session.scalar(select(ImportMapping).where(ImportMapping.headings_key == headings_key(headings)))
    if row is None:
        return Memory()
    kept = json.loads(row.mapping)
    order = kept.get("date_order")
    return Memory(
        fields={Field(name): heading for name, heading in kept.get("fields", {}).items()},
        columns=_columns(kept.get("columns")),
        is_confirmed=kept.get("confirmed", False),
        is_key_confirmed=kept.get("key_confirmed", False),
        family=kept.get("family", ""),
        date_order=DateOrder(order) if order else None,
        decimal_mark=kept.get("decimal_mark"),
    )


def remember(session: Session, headings: Sequence[str], memory: Memory) -> None:
    """Keep the answers for the next file with these headings."""
    key = headings_key(headings)
    row = session.scalar(select(ImportMapping).where(ImportMapping.headings_key == key))
    if row is None:
        row = ImportMapping(headings_key=key)
        session.add(row)
    row.mapping = json.dumps(
        {
            "fields": dict(memory.fields),
            "columns": memory.columns,
            "confirmed": memory.is_confirmed,
            "key_confirmed": memory.is_key_confirmed,
            "family": memory.family,
            "date_order": memory.date_order,
            "decimal_mark": memory.decimal_mark,
        },
        sort_keys=True,
    )
    session.flush()


def _columns(pairs: list[tuple[str, str]] | None) -> tuple[tuple[Field, str], ...] | None:
    return None if pairs is None else tuple((Field(name), heading) for name, heading in pairs)


def headings_key(headings: Sequence[str]) -> str:
    """Give the key of a set of headings; the columns that a rejects file adds do not count."""
    names = sorted(heading_key(heading) for heading in headings if not is_ours(heading))
    return hashlib.sha256("\n".join(names).encode()).hexdigest()
