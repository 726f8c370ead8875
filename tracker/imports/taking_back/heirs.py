"""What stays for a later import's sake belongs to that import: taking it back, too, takes the rows away.

Whoever is next to name a deal inherits what its predecessor had noted of it, as if both were one import.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from tracker.among import among
from tracker.imports.taking_back.elsewhere import named_elsewhere
from tracker.models import Account, Deal, Import, ImportBatch, ImportStatus, Prospect, deal_prospects

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy.orm import InstrumentedAttribute, Session

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


@dataclass(slots=True)
class Left:
    """Ids of what goes to one later import."""

    deals: list[int] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    accounts: list[int] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)


def find_heirs(session: Session, import_id: int, records: Records) -> dict[int, Left]:
    """Say which later import gets what is left of an import's rows. What no other named is let go.

    It is only looked at: who names a row while it is being handed over comes as late as after that.
    """
    deals = _present(session, Deal.id, records.deals.keys() | set(records.known_deals))
    people = _present(session, Prospect.id, records.people.keys() | records.changed_people.keys())
    of_person, of_account, of_owner = _deals_of(session, records, people)
    wanted = deals.union(*of_person.values(), *of_account.values(), *of_owner.values())
    touched = _touched(session, import_id, records, wanted)
    left: dict[int, Left] = defaultdict(Left)
    for deal in sorted(deals & touched.heirs.keys()):
        left[touched.heirs[deal]].deals.append(deal)
    for person in sorted(people & of_person.keys()):
        after = _first(of_person[person], touched)
        if after is not None:
            left[after].people.append(person)
    named = named_elsewhere(session, import_id)
    for account in sorted(of_account.keys() | set(records.accounts)):
        after = _first(of_account.get(account, ()), touched) or named.accounts.get(account)
        if after is not None:
            left[after].accounts.append(account)
    for owner in sorted(records.owners):
        after = _first(of_owner.get(owner, ()), touched) or named.owners.get(owner)
        if after is not None:
            left[after].owners.append(owner)
    return dict(left)


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
            Import.status != ImportStatus.UNDONE,
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
