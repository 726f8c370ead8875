"""What an import added: it goes, unless somebody has touched it since."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, select

from tracker.among import among
from tracker.imports.reasons import reason_kinds
from tracker.imports.storing.deals import COLUMNS as DEAL_COLUMNS
from tracker.imports.storing.people import COLUMNS as PERSON_COLUMNS
from tracker.imports.taking_back.as_sorted import as_sorted
from tracker.imports.taking_back.records import load_changed_people
from tracker.imports.taking_back.touched import (
    ACCOUNTS,
    DEALS,
    OWNERS,
    PEOPLE,
    Stays,
    as_added,
    edited,
    present,
    referred,
    seated,
)
from tracker.listing import relist
from tracker.models import OwnerName, Prospect, deal_prospects

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Table
    from sqlalchemy.orm import Session

    from tracker.imports.taking_back.records import Records


_OF_DEALS = ("id", "imported_at")
_OF_PEOPLE = ("id", "created_at")
"""Columns that every row has, whoever wrote it."""


class Step(NamedTuple):
    """What a portion came to."""

    done: int
    kept: dict[int, Stays]


def take_deals(session: Session, records: Records, ids: Sequence[int]) -> Step:
    """Delete deals that were added, with who was in them; a deal stays with somebody who came back since."""
    pairs = seated(session, ids)
    there = present(session, DEALS, ids)
    kept, kinds = referred(session, DEALS, there), reason_kinds(session)
    for row, values in there.items():
        if values["imported_at"] != records.stamp:
            kept.setdefault(row, Stays.NAMED_LATER)
        elif all(
            edited(
                as_added(said, records.changed_deals.get(row)), DEAL_COLUMNS, records.deals[row], _OF_DEALS
            )
            for said in as_sorted(values, kinds)
        ):
            kept.setdefault(row, Stays.CHANGED)
    people = touched_people(session, records, {person for _, person in pairs})
    for deal, person in pairs:
        if person not in records.links.get(deal, ()):
            kept.setdefault(deal, Stays.CHANGED)
        if person in people:
            kept.setdefault(deal, Stays.PERSON_STAYS)
    number = _delete(session, DEALS, there.keys() - kept.keys())
    relist(session, {person for _, person in pairs})
    return Step(number, kept)


def take_people(session: Session, records: Records, ids: Sequence[int]) -> Step:
    """Delete people who were added, once their deals are gone."""
    there = set(session.scalars(select(Prospect.id).where(among(Prospect.id, ids))))
    kept = touched_people(session, records, there)
    links = deal_prospects.c
    for row in session.scalars(select(links.prospect_id).where(among(links.prospect_id, there)).distinct()):
        kept.setdefault(row, Stays.DEAL_STAYS)
    return Step(_delete(session, PEOPLE, there - kept.keys()), kept)


def touched_people(session: Session, records: Records, ids: Collection[int]) -> dict[int, Stays]:
    """Give who of the added people is another's concern by now; a later import alone makes nobody so."""
    there = present(session, PEOPLE, [row for row in ids if row in records.people])
    kept = referred(session, PEOPLE, there)
    by_imports = load_changed_people(session, there)
    for row, values in there.items():
        was = as_added(values, by_imports.get(row))
        if edited(was, PERSON_COLUMNS, records.people[row], _OF_PEOPLE):
            kept.setdefault(row, Stays.CHANGED)
    return kept


def take_accounts(session: Session, records: Records, ids: Sequence[int]) -> Step:
    """Delete companies that were added and nothing refers to any more; the others stay without a word."""
    del records
    return Step(_delete(session, ACCOUNTS, set(ids) - referred(session, ACCOUNTS, ids).keys()), {})


def take_owners(session: Session, records: Records, ids: Sequence[int]) -> Step:
    """Delete names of owners that were added, unless somebody said since whose they are."""
    used = referred(session, OWNERS, ids)
    rows = session.execute(select(OwnerName.id, OwnerName.user_id).where(among(OwnerName.id, ids)))
    gone = {row for row, user in rows if row not in used and user == records.mapped.get(row)}
    return Step(_delete(session, OWNERS, gone), {})


def _delete(session: Session, table: Table, ids: Collection[int]) -> int:
    if ids:
        session.execute(delete(table).where(among(table.c.id, ids)))
    return len(ids)
