"""What stays for a later import's sake is handed over in portions: an interruption loses none of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.tracker.imports.look import all_deals, the_deal
from tests.tracker.imports.test_undo import DANA, HEAD, LATER, LEE, contents, take_back
from tracker.audit import COMMAND
from tracker.imports.forgetting import forget_imports
from tracker.imports.history import LOST_AFTER
from tracker.imports.taking_back.handing import Portion, portions
from tracker.imports.taking_back.heirs import Left
from tracker.imports.taking_back.records import Records
from tracker.imports.undo import begin_undo, undo
from tracker.models import Import, ImportBatch, ImportChange, ImportStatus

if TYPE_CHECKING:
    from datetime import datetime

    from tests.tracker.imports.conftest import Importer
    from tracker.installation import Installation

JO = "3,Larkspur,Team,lost,,,,Jo Ray,Jo Hill,jo@l.example,,\n"
ROWS = DANA + LEE + JO


def stopped_after(installation: Installation, import_id: int, signs: int, now: datetime) -> bool:
    """Undo an import row by row, and die after so many signs of life; gives whether it came so far."""
    clock = iter([now] * signs)
    with installation.database.writing() as session:
        begin_undo(session, import_id, COMMAND, now)
    try:
        undo(installation.database, import_id, COMMAND, lambda: next(clock), portion=1)
    except StopIteration:
        return True
    return False


def test_wherever_it_is_interrupted_the_later_import_takes_all_of_it_away(
    bring_in: Importer, installation: Installation
) -> None:
    before = contents(installation)
    known = bring_in(HEAD + DANA, yes=True)
    older = bring_in(HEAD + ROWS.replace("48000", "2").replace("Dana Ortiz", "Dana Wrong"), yes=True)
    newer = bring_in(HEAD + ROWS.replace("48000", "3").replace("SSO", "SAML"), yes=True)
    signs, now = 0, LATER
    while stopped_after(installation, older.import_id or 0, signs, now):
        signs, now = signs + 1, now + LOST_AFTER + timedelta(seconds=1)
    assert signs > 12
    assert the_deal(installation, "own:1").value_minor == 300
    take_back(installation, newer.import_id, now)
    assert [(deal.value_minor, deal.notes) for deal in all_deals(installation)] == [(4_800_000, "SSO")]
    take_back(installation, known.import_id, now)
    assert contents(installation) == before


@pytest.mark.parametrize("signs", [13, 14, 16])
def test_interrupted_and_the_later_one_undone_before_it_goes_on(
    bring_in: Importer, installation: Installation, signs: int
) -> None:
    before = contents(installation)
    older, newer = bring_in(HEAD + ROWS, yes=True), bring_in(HEAD + ROWS.replace("48000", "3"), yes=True)
    assert stopped_after(installation, older.import_id or 0, signs, LATER)
    with installation.database.reading() as session:
        handed = session.scalars(select(ImportBatch.rows).where(ImportBatch.import_id == newer.import_id))
        assert 0 < sum(rows.get("inherited", False) for rows in handed) < 9
    later = LATER + LOST_AFTER + timedelta(seconds=1)
    take_back(installation, newer.import_id, later)
    take_back(installation, older.import_id, later)
    assert contents(installation) == before


def test_what_an_interruption_leaves_of_an_undone_import_hinders_nobody(
    bring_in: Importer, installation: Installation
) -> None:
    before = contents(installation)
    older, newer = bring_in(HEAD + ROWS, yes=True), bring_in(HEAD + ROWS.replace("48000", "3"), yes=True)
    with installation.database.reading() as session:
        kept = [
            ImportBatch(import_id=one.import_id, rows=one.rows)
            for one in session.scalars(select(ImportBatch).where(ImportBatch.import_id == older.import_id))
        ]
    take_back(installation, older.import_id)
    with installation.database.writing() as session:
        session.add_all(kept)
    take_back(installation, newer.import_id)
    assert contents(installation) == before
    assert forget_imports(installation.database, LATER) == len(kept)
    with installation.database.reading() as session:
        assert session.scalars(select(ImportBatch)).all() == []
        assert session.scalars(select(ImportChange)).all() == []
        assert set(session.scalars(select(Import.status))) == {ImportStatus.UNDONE}


def test_no_portion_is_larger_than_a_transaction_takes() -> None:
    ids = list(range(1, 8))
    records = Records(LATER, deals=dict.fromkeys(ids, ""), people=dict.fromkeys(ids, ""), accounts=ids)
    heirs = {2: Left(deals=ids, people=ids, accounts=ids, owners=ids)}
    found: list[Portion] = list(portions(heirs, records, {"deal": set(), "person": set()}, 3))
    sizes = [
        max(map(len, (one.batch.deals, one.batch.people, one.batch.accounts, one.batch.owners)))
        for one in found
    ]
    assert sizes == [3, 3, 1] * 4
