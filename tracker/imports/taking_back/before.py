"""What had been there before an import: it is so again, unless somebody has changed it since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Table, bindparam, delete, exists, select, update

from tracker.among import among
from tracker.imports.ledger import digest
from tracker.imports.reasons import reason_kinds
from tracker.imports.taking_back.added import Step, touched_people
from tracker.imports.taking_back.as_sorted import as_sorted
from tracker.imports.taking_back.elsewhere import still_there
from tracker.imports.taking_back.touched import DEALS, PEOPLE, Stays, present, seated
from tracker.listing import forget_addresses, relist
from tracker.models import Account, Deal, OwnerName, Prospect, deal_prospects

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from tracker.imports.taking_back.records import Changed, Records


TOGETHER = (
    frozenset({"status", "closed_on", "outcome", "reason", "reason_kind", "competitor"}),
    frozenset({"value_minor", "currency"}),
    frozenset({"name", "first_name"}),
    frozenset({"email", "email_key", "contact_key"}),
)
"""Columns that tell one thing: what somebody edited of it since keeps all of it, and of the rest nothing."""


def give_back_deals(session: Session, records: Records, ids: Sequence[int]) -> Step:
    """Give deals what they had said, and take out who was put into them."""
    people = {person for _, person in seated(session, ids)}
    there = present(session, DEALS, ids)
    kept: dict[int, Stays] = {}
    for row, values in list(there.items()):
        if values["imported_at"] == records.named.get(row, records.stamp):
            if row in records.named:
                del there[row]  # an earlier run has been here
        elif values["imported_at"] != records.stamp:
            kept[row] = Stays.NAMED_LATER
    _take_out(session, records, there.keys() - kept.keys())
    wanted = {row: records.changed_deals.get(row) for row in there if row not in kept}
    restored = _restore(session, DEALS, there, {k: v for k, v in wanted.items() if v}, "import_key", kept)
    for row in wanted:
        if row in records.named and row not in kept:
            moment = records.named[row]
            session.execute(update(DEALS).where(DEALS.c.id == row).values(imported_at=moment))
    relist(session, people)
    return Step(restored, kept)


def give_back_people(session: Session, records: Records, ids: Sequence[int]) -> Step:
    """Describe people as they had been described."""
    there = present(session, PEOPLE, ids)
    links = deal_prospects.c
    later = session.scalars(
        select(links.prospect_id)
        .join(Deal, Deal.id == links.deal_id)
        .where(among(links.prospect_id, there), Deal.imported_at > records.stamp)
        .distinct()
    )
    kept = dict.fromkeys(later, Stays.NAMED_LATER)
    wanted = {row: records.changed_people[row] for row in there if row not in kept}
    restored = _restore(session, PEOPLE, there, wanted, "email_key", kept)
    forget_addresses(session, there)
    relist(session, there)
    return Step(restored, kept)


def give_back_companies(session: Session, records: Records, ids: Sequence[int]) -> Step:
    """Give companies the owners that they had, unless a later import says who it is."""
    later = exists().where(Deal.account_id == Account.id, Deal.imported_at > records.stamp)
    owners = {before for before, _ in map(records.account_owners.__getitem__, ids)} - {None}
    here = set(session.scalars(select(OwnerName.id).where(among(OwnerName.id, owners))))
    for row in ids:
        before, after = records.account_owners[row]
        session.execute(
            update(Account)
            .where(Account.id == row, Account.owner_name_id == after, ~later)
            .values(owner_name_id=before if before in here else None),
            execution_options={"synchronize_session": False},
        )
    relist(session, session.scalars(select(Prospect.id).where(among(Prospect.account_id, ids))))
    return Step(0, {})


def give_back_owners(session: Session, records: Records, ids: Sequence[int]) -> Step:
    """Take away who was put behind names of owners that had been there."""
    for row in ids:
        session.execute(
            update(OwnerName)
            .where(OwnerName.id == row, OwnerName.user_id == records.mapped[row])
            .values(user_id=None)
        )
    return Step(0, {})


def _take_out(session: Session, records: Records, deals: set[int]) -> None:
    pairs = [(deal, person) for deal in deals for person in records.links.get(deal, ())]
    stay = touched_people(session, records, {person for _, person in pairs})
    gone = [{"of": deal, "who": person} for deal, person in pairs if person not in stay]
    if gone:
        links = deal_prospects.c
        session.connection().execute(
            delete(deal_prospects).where(
                links.deal_id == bindparam("of"), links.prospect_id == bindparam("who")
            ),
            gone,
        )


def _restore(
    session: Session,
    table: Table,
    there: Mapping[int, Mapping[str, Any]],
    wanted: Mapping[int, Changed],
    key: str,
    kept: dict[int, Stays],
) -> int:
    """Write what had been there, of what is as the import left it; rows with more than that go to `kept`.

    A company or an owner that is gone meanwhile is left blank, and `kept` says so.
    """
    fit: dict[int, dict[str, Any]] = {}
    former, kinds = still_there(session, table, wanted), reason_kinds(session)
    for row, changed in wanted.items():
        now, before = there[row], former[row]
        said = as_sorted(now, kinds) if table is DEALS else iter([now])
        found = max(((_as_left(one, changed), one) for one in said), key=lambda pair: len(pair[0]))
        left, as_it_was = found
        if left:
            by_rules = {name: value for name, value in as_it_was.items() if value != now[name]}
            fit[row] = by_rules | {name: _value(table, name, before[name]) for name in left}
        if any(digest(now[name]) != digest(before[name]) for name in before.keys() - left):
            kept[row] = Stays.CHANGED  # else an earlier run has been here
    for row in _taken(session, table, key, fit):
        kept[row] = Stays.KEY_TAKEN
        del fit[row]
    for row, values in fit.items():
        session.execute(update(table).where(table.c.id == row).values(values))
        if row not in kept and former[row] != wanted[row].before:
            kept[row] = Stays.GONE
    return sum(kept.get(row) is not Stays.CHANGED for row in fit)


def _as_left(row: Mapping[str, Any], changed: Changed) -> set[str]:
    """Give the columns that say what the import wrote, and so do those that make sense with them only."""
    differs = {name for name, after in changed.after.items() if digest(row[name]) != after}
    apart = {name for group in TOGETHER if group & differs for name in group}
    return changed.after.keys() - differs - apart


def _taken(session: Session, table: Table, key: str, fit: Mapping[int, Mapping[str, Any]]) -> list[int]:
    """Give the rows whose former key is another's by now."""
    column = table.c[key]
    former = {values[key]: row for row, values in fit.items() if values.get(key)}
    others = session.execute(select(table.c.id, column).where(among(column, former)))
    return [former[text] for row, text in others if row != former[text]]


def _value(table: Table, name: str, value: object) -> object:
    return None if value is None else msgspec.convert(value, table.c[name].type.python_type)
