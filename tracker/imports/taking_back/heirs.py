"""What stays for a later import's sake belongs to that import: taking it back, too, takes the rows away.

Whoever is next to name a deal inherits what its predecessor had noted of it, as if both were one import.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import delete, or_, select, update

from tracker.among import among
from tracker.imports.ledger import Batch
from tracker.imports.taking_back.elsewhere import named_elsewhere
from tracker.models import Account, Deal, Import, ImportBatch, ImportChange, Prospect, deal_prospects

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy.orm import InstrumentedAttribute, Session

    from tracker.imports.taking_back.elsewhere import Named
    from tracker.imports.taking_back.records import Records

BATCHES_AT_ONCE = 50
"""Portions of other imports that are held in memory together."""


@dataclass(slots=True)
class _Touched:
    """Which other imports named certain deals, the earliest first."""

    heirs: dict[int, int] = field(default_factory=dict)
    """Deals to the import that named each right after this one."""
    first: dict[int, int] = field(default_factory=dict)
    """Deals to the earliest other import that named each."""
    turns: Sequence[int] = ()
    """Other imports, in the order in which they began."""


def hand_over(session: Session, import_id: int, records: Records, unrestored: Mapping[str, set[int]]) -> None:
    """Give what is left of an import's rows to the imports that named them later.

    `unrestored` are rows that are not as before, by `deal` and `person`: for what was changed there, the way
    back goes on from the heir's. What no other import named is let go.
    """
    deals = _present(session, Deal.id, records.deals.keys() | set(records.known_deals))
    people = _present(session, Prospect.id, records.people.keys() | records.changed_people.keys())
    of_person, of_account, of_owner = _deals_of(session, records, people)
    wanted = deals.union(*of_person.values(), *of_account.values(), *of_owner.values())
    touched = _touched(session, import_id, records, wanted)
    batches: dict[int, Batch] = defaultdict(lambda: Batch(inherited=True))
    moved: dict[tuple[str, int], list[int]] = defaultdict(list)
    for deal in deals & touched.heirs.keys():
        heir = touched.heirs[deal]
        _hand_deal(batches[heir], records, deal)
        if deal in records.deals or deal in unrestored["deal"]:
            moved["deal", heir].append(deal)
    for person in people & of_person.keys():
        after = _first(of_person[person], touched)
        if after is not None and person in records.people:
            batches[after].people[person] = records.people[person]
        if after is not None and person in unrestored["person"]:
            moved["person", after].append(person)
    _hand_names(batches, records, touched, (of_account, of_owner), named_elsewhere(session, import_id))
    _keep(session, import_id, batches, moved)


def _hand_names(
    batches: Mapping[int, Batch],
    records: Records,
    touched: _Touched,
    deals_of: tuple[dict[int, set[int]], dict[int, set[int]]],
    named: Named,
) -> None:
    """Give companies and owners' names to who names their deals, else to whose way back names themselves."""
    of_account, of_owner = deals_of
    added = set(records.accounts)
    for account in sorted(of_account.keys() | added):
        after = _first(of_account.get(account, ()), touched) or named.accounts.get(account)
        if after is not None:
            _hand_company(batches[after], records, account, added)
    for owner in records.owners:
        after = _first(of_owner.get(owner, ()), touched) or named.owners.get(owner)
        if after is not None:
            _hand_owner(batches[after], records, owner)


def _hand_company(batch: Batch, records: Records, account: int, added: Collection[int]) -> None:
    if account in records.account_owners:
        batch.account_owners[account] = records.account_owners[account]
    if account in added:
        batch.accounts.append(account)


def _hand_owner(batch: Batch, records: Records, owner: int) -> None:
    batch.owners[owner] = None
    if owner in records.mapped:
        batch.mapped[owner] = records.mapped[owner]


def _hand_deal(batch: Batch, records: Records, deal: int) -> None:
    if deal in records.deals:
        batch.deals[deal] = records.deals[deal]
    elif deal in records.named:
        batch.named.setdefault(records.named[deal].isoformat(), []).append(deal)
    batch.links += [(deal, person) for person in sorted(records.links.get(deal, ()))]


def _keep(
    session: Session,
    import_id: int,
    batches: Mapping[int, Batch],
    moved: Mapping[tuple[str, int], Collection[int]],
) -> None:
    for heir in sorted(batches):
        content = msgspec.to_builtins(batches[heir], str_keys=True)
        session.add(ImportBatch(import_id=heir, rows={k: v for k, v in content.items() if v}))
    session.flush()
    for (kind, heir), rows in moved.items():
        column = ImportChange.deal_id if kind == "deal" else ImportChange.prospect_id
        session.execute(
            update(ImportChange)
            .where(ImportChange.import_id == import_id, among(column, rows))
            .values(import_id=heir),
            execution_options={"synchronize_session": False},
        )


def forget_way_back(session: Session, import_id: int) -> None:
    """Delete what an import noted of itself."""
    for table in (ImportBatch, ImportChange):
        session.execute(delete(table).where(table.import_id == import_id))


def _present(session: Session, column: InstrumentedAttribute[int], ids: Collection[int]) -> set[int]:
    return set(session.scalars(select(column).where(among(column, ids))))


def _deals_of(
    session: Session, records: Records, people: set[int]
) -> tuple[dict[int, set[int]], dict[int, set[int]], dict[int, set[int]]]:
    """Give the deals of people, of companies and of owners' names, each by its id."""
    links, accounts = deal_prospects.c, {*records.accounts, *records.account_owners}
    of_person = _grouped(
        session.execute(select(links.prospect_id, links.deal_id).where(among(links.prospect_id, people)))
    )
    # A company, or an owner, may be there for its people alone: then what those are in counts.
    of_account = _grouped(
        [
            *session.execute(select(Deal.account_id, Deal.id).where(among(Deal.account_id, accounts))),
            *session.execute(
                select(Prospect.account_id, links.deal_id)
                .join(deal_prospects, links.prospect_id == Prospect.id)
                .where(among(Prospect.account_id, accounts))
            ),
        ]
    )
    of_owner = _grouped(
        [
            *session.execute(
                select(Deal.owner_name_id, Deal.id).where(among(Deal.owner_name_id, records.owners))
            ),
            *session.execute(
                select(Account.owner_name_id, Deal.id)
                .join(Deal, Deal.account_id == Account.id)
                .where(among(Account.owner_name_id, records.owners))
            ),
        ]
    )
    return of_person, of_account, of_owner


def _grouped(pairs: Iterable[Any]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for of, deal in pairs:
        found[of].add(deal)
    return dict(found)


def _first(deals: Iterable[int], touched: _Touched) -> int | None:
    """Give the earliest other import that named one of these deals."""
    found = {touched.first[deal] for deal in deals if deal in touched.first}
    return next((other for other in touched.turns if other in found), None)


def _touched(session: Session, import_id: int, records: Records, wanted: set[int]) -> _Touched:
    """Find who else named these deals, among imports that had not ended before this one began."""
    found = _Touched()
    if not wanted:
        return found
    others = session.scalars(
        select(Import.id)
        .where(
            Import.id != import_id,
            or_(
                Import.stamp > records.stamp,
                Import.stamp.is_not(None) & Import.ended_at.is_(None),
                Import.ended_at >= records.stamp,
            ),
        )
        .order_by(Import.stamp)
    ).all()
    batches = (
        select(ImportBatch.import_id, ImportBatch.rows)
        .where(among(ImportBatch.import_id, others))
        .order_by(ImportBatch.id)
        .execution_options(yield_per=BATCHES_AT_ONCE)
    )
    found.turns = others
    turn = {other: place for place, other in enumerate(others)}
    named: dict[tuple[int, int], str] = {}
    for other, rows in session.execute(batches):
        moments = {deal: moment for moment, ids in rows.get("named", {}).items() for deal in ids}
        met = {*moments, *map(int, rows.get("deals", ())), *(deal for deal, _ in rows.get("links", ()))}
        for deal in wanted & met:
            found.first[deal] = min(other, found.first.get(deal, other), key=turn.__getitem__)
        for deal in wanted & moments.keys():
            if rows.get("inherited") or (deal, other) not in named:
                named[deal, other] = moments[deal]
    before = records.stamp.isoformat()
    found.heirs = {deal: other for (deal, other), moment in named.items() if moment == before}
    return found
