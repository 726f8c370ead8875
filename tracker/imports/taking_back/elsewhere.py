"""Companies and owners that the way back of another import names: they stay, or that way would be cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from sqlalchemy import Table, func, select

from tracker.among import among
from tracker.imports.taking_back.records import is_open
from tracker.models import ImportBatch, ImportChange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from tracker.imports.taking_back.records import Changed


class Named(NamedTuple):
    """What deals, people and companies had belonged to before other imports, and the first one of these."""

    accounts: dict[int, int]
    owners: dict[int, int]


def named_elsewhere(session: Session, import_id: int) -> Named:
    """Give what imports but this one would give back, as far as that is not forgotten or undone."""
    owners = _before(session, import_id, "owner_name_id")
    moved = ImportBatch.rows["account_owners"]
    batches = select(ImportBatch.import_id, moved).where(
        ImportBatch.import_id != import_id,
        is_open(ImportBatch.import_id),
        moved.as_string().is_not(None),
    )
    for other, companies in session.execute(batches):
        pairs = msgspec.convert(companies, dict[str, tuple[int | None, int]])
        for before, _ in pairs.values():
            if before is not None:
                owners.setdefault(before, other)
    return Named(_before(session, import_id, "account_id"), owners)


def _before(session: Session, import_id: int, column: str) -> dict[int, int]:
    value = ImportChange.before[column].as_integer()
    wanted = (
        select(value, func.min(ImportChange.import_id))
        .where(ImportChange.import_id != import_id, is_open(ImportChange.import_id), value.is_not(None))
        .group_by(value)
    )
    return {row: other for row, other in session.execute(wanted) if row is not None}


def still_there(
    session: Session, table: Table, wanted: Mapping[int, Changed]
) -> dict[int, dict[str, object]]:
    """Give what these rows had said, without what they had belonged to where that is gone for good."""
    former: dict[int, dict[str, object]] = {row: dict(changed.before) for row, changed in wanted.items()}
    for key in table.foreign_keys:
        name, target = key.parent.name, key.column
        ids = {before[name] for before in former.values() if before.get(name) is not None}
        here = set(session.scalars(select(target).where(among(target, ids)))) if ids else set()
        for before in former.values():
            if before.get(name) in ids - here:
                before[name] = None
    return former
