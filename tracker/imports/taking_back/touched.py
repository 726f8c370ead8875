"""Whether anybody has touched a row since its import: then it stays, and this is why."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, select

from tracker.among import among
from tracker.imports.ledger import digest
from tracker.models import Base, deal_prospects

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sqlalchemy import Column
    from sqlalchemy.orm import Session

    from tracker.imports.taking_back.records import Changed

DEALS = Base.metadata.tables["deals"]
PEOPLE = Base.metadata.tables["prospects"]
ACCOUNTS = Base.metadata.tables["accounts"]
OWNERS = Base.metadata.tables["owner_names"]
OWN = frozenset({"deal_prospects", "import_changes"})
"""Tables that an import fills itself."""
COPIES = frozenset({"listings", "listing_words"})
"""Tables that repeat what others say: what goes, goes from them by itself."""


class Stays(StrEnum):
    """Why a row is kept."""

    VISITED = "They visited since."
    LINKED = "A link was written for them since."
    CONSENTED = "Their consent is on record."
    TOLD = "An alert tells of it."
    REPORTED = "Somebody reported on them since."
    CHANGED = "It was changed since."
    NAMED_LATER = "A later import names it, too: undo that one as well to take this back."
    PERSON_STAYS = "One of its people stays."
    DEAL_STAYS = "One of their deals stays."
    KEY_TAKEN = "What it was known by is another's now."
    GONE = "It is as before, but what it belonged to then is gone."
    REFERRED = "Something else here refers to it."


_BY_TABLE = {
    "visits": Stays.VISITED,
    "browsers": Stays.VISITED,
    "alerts": Stays.TOLD,
    "outcomes": Stays.REPORTED,
    "tokens": Stays.LINKED,
    "consents": Stays.CONSENTED,
}


def referred(session: Session, table: Table, ids: Collection[int]) -> dict[int, Stays]:
    """Give those rows to which another table refers, be it whose it may, and what that means."""
    found: dict[int, Stays] = {}
    for column in _referring(table):
        why = _BY_TABLE.get(column.table.name, Stays.REFERRED)
        for row in session.scalars(select(column).where(among(column, ids)).distinct()):
            if row not in found or found[row] is Stays.REFERRED:
                found[row] = why
    return found


def _referring(table: Table) -> Iterator[Column[Any]]:
    order = [*_BY_TABLE]
    others = [other for other in Base.metadata.sorted_tables if other.name not in OWN]
    for other in sorted(others, key=lambda one: order.index(one.name) if one.name in order else len(order)):
        for key in other.foreign_keys:
            if key.column.table is table and not (other.name in COPIES and key.ondelete):
                yield key.parent


def present(session: Session, table: Table, ids: Collection[int]) -> dict[int, Mapping[str, Any]]:
    """Give the rows as they are now, and keep them so; what is gone is left out."""
    wanted = select(table).where(among(table.c.id, ids)).order_by(table.c.id).with_for_update()
    return {row["id"]: dict(row) for row in session.execute(wanted).mappings()}


def seated(session: Session, deals: Collection[int]) -> list[tuple[int, int]]:
    """Give who is in these deals: deal, person. Visits lock people before deals, and so does this."""
    links = deal_prospects.c
    rows = session.execute(select(links.deal_id, links.prospect_id).where(among(links.deal_id, deals)))
    pairs = [(row.deal_id, row.prospect_id) for row in rows]
    present(session, PEOPLE, {person for _, person in pairs})
    return pairs


def as_added(row: Mapping[str, Any], changed: Changed | None) -> Mapping[str, Any]:
    """Give a row as it was added: without what imports changed since, if it is as they left it."""
    if changed is None or any(digest(row[name]) != after for name, after in changed.after.items()):
        return row
    return {**row, **changed.before}


def edited(row: Mapping[str, Any], columns: Sequence[str], written: str, but: Collection[str]) -> bool:
    """Whether a row is not what an import wrote: in its columns, or in others, which it had left blank."""
    others = row.keys() - set(columns) - set(but)
    return digest([row[name] for name in columns]) != written or any(row[name] for name in others)
