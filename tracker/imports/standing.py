"""Later imports that stand on an import's deals: known before it is undone, since those deals stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.among import among
from tracker.imports.cells.text import shown
from tracker.models import Deal, Import, ImportBatch, ImportStatus

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MOST_BATCHES = 100
"""Transactions of an import that are looked through: a page has no time for more. One holds some hundred rows
of a file that came in by the browser, and all of one that came in at the command line.
"""


@dataclass(frozen=True, slots=True)
class Later:
    """An import that named deals last which an earlier one had named."""

    id: int
    file_name: str
    deals: int
    is_more: bool
    """Whether there may be more of them: the earlier import is longer than what was looked through."""


def later_imports(session: Session, row: Import) -> tuple[Later, ...]:
    """Give the imports that stand on this one's deals, the oldest first."""
    later = select(Import).where(
        Import.stamp > row.stamp, Import.status.not_in((ImportStatus.DRAFT, ImportStatus.UNDONE))
    )
    if row.stamp is None or session.scalar(later.with_only_columns(Import.id).limit(1)) is None:
        return ()
    deals: set[int] = set()
    batches = select(ImportBatch.rows).where(ImportBatch.import_id == row.id).order_by(ImportBatch.id)
    found_batches = session.scalars(batches.limit(MOST_BATCHES + 1)).all()
    is_more = len(found_batches) > MOST_BATCHES
    for noted in found_batches[:MOST_BATCHES]:
        deals.update(map(int, noted.get("deals", ())))
        deals.update(deal for ids in noted.get("named", {}).values() for deal in ids)
    number = func.count()
    wanted = (
        select(Deal.imported_at, number)
        .where(among(Deal.id, deals), Deal.imported_at > row.stamp)
        .group_by(Deal.imported_at)
    )
    counted = {moment: many for moment, many in session.execute(wanted)}  # noqa: C416  (rows, typed)
    found = session.scalars(later.where(Import.stamp.in_(counted)).order_by(Import.stamp)) if counted else ()
    return tuple(
        Later(one.id, shown(one.file_name), counted[one.stamp], is_more)
        for one in found
        if one.stamp is not None
    )
