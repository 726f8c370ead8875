"""What is left of an import is noted anew as a later one's, in portions: then its own way back is forgotten.

Whoever is interrupted begins anew: what was handed over already is noted once more, which says nothing new,
and nothing is forgotten before all is handed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from sqlalchemy import delete, select, update

from tracker.among import among
from tracker.imports.ledger import Batch
from tracker.models import ImportBatch, ImportChange

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from tracker.imports.taking_back.heirs import Left
    from tracker.imports.taking_back.records import Records


class Portion(NamedTuple):
    """What one transaction hands over."""

    heir: int
    batch: Batch
    deals: list[int]
    """Those whose changes go on to the heir."""
    people: list[int]


def portions(
    heirs: Mapping[int, Left], records: Records, unrestored: Mapping[str, set[int]], size: int
) -> Iterator[Portion]:
    """Part what is left of an import into portions of at most `size` rows.

    `unrestored` are rows that are not as before, by `deal` and `person`: for what was changed there, the way
    back goes on from the heir's.
    """
    for heir, left in sorted(heirs.items()):
        for deals in parts(left.deals, size):
            batch = Batch(inherited=True)
            for deal in deals:
                _hand_deal(batch, records, deal)
            moved = [deal for deal in deals if deal in records.deals or deal in unrestored["deal"]]
            yield Portion(heir, batch, moved, [])
        for people in parts(left.people, size):
            added = {person: records.people[person] for person in people if person in records.people}
            moved = [person for person in people if person in unrestored["person"]]
            yield Portion(heir, Batch(inherited=True, people=added), [], moved)
        added_accounts = set(records.accounts)
        for accounts in parts(left.accounts, size):
            batch = Batch(inherited=True)
            for account in accounts:
                _hand_company(batch, records, account, added_accounts)
            yield Portion(heir, batch, [], [])
        for owners in parts(left.owners, size):
            mapped = {owner: records.mapped[owner] for owner in owners if owner in records.mapped}
            batch = Batch(inherited=True, owners=dict.fromkeys(owners), mapped=mapped)
            yield Portion(heir, batch, [], [])


def parts(rows: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """Part rows into as many as one transaction takes."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


def hand_over(session: Session, import_id: int, portion: Portion) -> None:
    """Note a portion as its heir's, and give it the way back of what was changed."""
    content = msgspec.to_builtins(portion.batch, str_keys=True)
    session.add(ImportBatch(import_id=portion.heir, rows={k: v for k, v in content.items() if v}))
    session.flush()
    for column, rows in ((ImportChange.deal_id, portion.deals), (ImportChange.prospect_id, portion.people)):
        if rows:
            session.execute(
                update(ImportChange)
                .where(ImportChange.import_id == import_id, among(column, rows))
                .values(import_id=portion.heir),
                execution_options={"synchronize_session": False},
            )


def forget_way_back(session: Session, import_id: int, size: int) -> bool:
    """Delete a portion of what an import that is undone noted of itself; says whether there may be more.

    Nobody heeds it any more: what an interruption leaves goes with the next sweep.
    """
    for table, many in ((ImportChange, size), (ImportBatch, 1)):
        ids = session.scalars(select(table.id).where(table.import_id == import_id).limit(many)).all()
        if ids:
            wanted = delete(table).where(among(table.id, ids))
            session.execute(wanted, execution_options={"synchronize_session": False})
            return True
    return False


def _hand_deal(batch: Batch, records: Records, deal: int) -> None:
    if deal in records.deals:
        batch.deals[deal] = records.deals[deal]
    elif deal in records.named:
        batch.named.setdefault(records.named[deal].isoformat(), []).append(deal)
    batch.links += [(deal, person) for person in sorted(records.links.get(deal, ()))]


def _hand_company(batch: Batch, records: Records, account: int, added: Collection[int]) -> None:
    if account in records.account_owners:
        batch.account_owners[account] = records.account_owners[account]
    if account in added:
        batch.accounts.append(account)
