"""Two imports are taken back, whichever first: neither way back is cut off by the other."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from tests.tracker.imports.look import all_deals, owner_of, the_deal
from tests.tracker.imports.test_undo import (
    DANA,
    HEAD,
    LATER,
    LEE,
    PHASES,
    bring_rows,
    contents,
    some_rows,
    take_back,
)
from tracker.audit import COMMAND
from tracker.imports.history import LOST_AFTER, Undone
from tracker.imports.standing import MOST_BATCHES, later_imports
from tracker.imports.taking_back.touched import Stays
from tracker.imports.undo import UndoError, begin_undo
from tracker.models import Base, Deal, Import, ImportBatch, ImportStatus, Listing, OwnerName

if TYPE_CHECKING:
    from tests.tracker.imports.conftest import Importer
    from tracker.installation import Installation

MOVED = DANA.replace("Brightwell", "Brightwell Group").replace("Sam Reed", "Jo Ray")
OWNED = "deal_id,account,account_owner,email\n1,Brightwell,{},dana@b.example\n"


def test_the_older_first_and_then_the_newer(bring_in: Importer, installation: Installation) -> None:
    before = contents(installation)
    first = bring_in(HEAD + DANA, yes=True)
    second = bring_in(HEAD + MOVED + LEE, yes=True)
    assert take_back(installation, first.import_id).kept == {
        str(Stays.NAMED_LATER): 1,
        "One of their deals stays.": 1,
    }
    assert take_back(installation, second.import_id) == Undone(
        deals_deleted=2, people_deleted=2, companies_deleted=3
    )
    assert contents(installation) == before


def test_a_companys_former_owner_goes_with_the_newer(bring_in: Importer, installation: Installation) -> None:
    first = bring_in(OWNED.format("Sam Reed"), yes=True)
    second = bring_in(OWNED.format("Jo Ray"), yes=True)
    take_back(installation, first.import_id)
    with installation.database.reading() as session:
        assert {owner.name for owner in session.scalars(select(OwnerName))} == {"Sam Reed", "Jo Ray"}
    take_back(installation, second.import_id)
    with installation.database.reading() as session:
        assert session.scalars(select(OwnerName)).all() == []


def test_what_a_deal_belonged_to_may_be_gone(bring_in: Importer, installation: Installation) -> None:
    bring_in(HEAD + DANA, yes=True)
    second = bring_in(HEAD + DANA.replace("Sam Reed", "Jo Ray").replace("48000", "1"), yes=True)
    with installation.database.writing() as session:
        session.execute(update(Listing).values(owner_name_id=None))
        session.execute(delete(OwnerName).where(OwnerName.name == "Sam Reed"))
    result = take_back(installation, second.import_id)
    assert (result.deals_restored, result.kept) == (
        1,
        {"It is as before, but what it belonged to then is gone.": 1},
    )
    deal = the_deal(installation, "own:1")
    assert (deal.value_minor, deal.owner_name_id) == (4_800_000, None)


def test_a_companys_former_owner_may_be_gone(bring_in: Importer, installation: Installation) -> None:
    bring_in(OWNED.format("Sam Reed"), yes=True)
    second = bring_in(OWNED.format("Jo Ray"), yes=True)
    with installation.database.writing() as session:
        session.execute(update(Listing).values(owner_name_id=None))
        session.execute(delete(OwnerName).where(OwnerName.name == "Sam Reed"))
    take_back(installation, second.import_id)
    assert owner_of(installation, all_deals(installation)[0]) is None


@settings(
    max_examples=25, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(some_rows, some_rows, some_rows, st.permutations([0, 1, 2]))
def test_in_any_order_each_comes_to_its_end(
    installation: Installation,
    first: list[tuple[str, ...]],
    second: list[tuple[str, ...]],
    third: list[tuple[str, ...]],
    order: list[int],
) -> None:
    with installation.database.writing() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
    before = contents(installation)
    made = [bring_rows(installation, rows, keyed=True) for rows in (first, second, third)]
    for place in order:
        if made[place] is not None:
            take_back(installation, made[place])
    with installation.database.reading() as session:
        assert set(session.scalars(select(Import.status))) == {ImportStatus.UNDONE}
    assert contents(installation) == before


def test_the_page_knows_who_stands_on_it(bring_in: Importer, installation: Installation) -> None:
    first = bring_in(HEAD + DANA + LEE, yes=True)
    second = bring_in(HEAD + DANA, name="again.csv", yes=True)
    with installation.database.reading() as session:
        older, newer = (session.get_one(Import, one.import_id) for one in (first, second))
        (later,) = later_imports(session, older)
        assert (later.id, later.file_name, later.deals) == (second.import_id, "again.csv", 1)
        assert later_imports(session, newer) == ()
        assert not later.is_more


def test_of_a_very_long_import_the_page_says_at_least(bring_in: Importer, installation: Installation) -> None:
    first = bring_in(HEAD + DANA, yes=True)
    bring_in(HEAD + DANA, yes=True)
    with installation.database.writing() as session:
        session.add_all(ImportBatch(import_id=first.import_id, rows={}) for _ in range(MOST_BATCHES))
    with installation.database.reading() as session:
        (later,) = later_imports(session, session.get_one(Import, first.import_id))
    assert (later.deals, later.is_more) == (1, True)


def test_what_three_named_goes_with_the_last_of_them(bring_in: Importer, installation: Installation) -> None:
    before = contents(installation)
    first, second, third = (
        bring_in(HEAD + DANA.replace("48000", value), yes=True) for value in ("1", "2", "3")
    )
    take_back(installation, second.import_id)
    take_back(installation, first.import_id)
    assert the_deal(installation, "own:1").value_minor == 300
    result = take_back(installation, third.import_id)
    assert (result.kept, result.deals_deleted) == ({}, 1)
    assert contents(installation) == before


def test_what_somebody_edited_stays_with_the_heir_too(bring_in: Importer, installation: Installation) -> None:
    first, second = bring_in(HEAD + DANA, yes=True), bring_in(HEAD + DANA.replace("SSO", "SAML"), yes=True)
    with installation.database.writing() as session:
        session.execute(update(Deal).values(title="Pro Plus"))
    take_back(installation, first.import_id)
    assert "It was changed since." in take_back(installation, second.import_id).kept
    assert the_deal(installation, "own:1").title == "Pro Plus"


def test_two_are_not_undone_at_once(bring_in: Importer, installation: Installation) -> None:
    first, second = bring_in(HEAD + DANA, yes=True), bring_in(HEAD + DANA, yes=True)
    with installation.database.writing() as session:
        begin_undo(session, second.import_id or 0, COMMAND, LATER)
    with pytest.raises(UndoError, match="Another import is being undone"):
        take_back(installation, first.import_id)
    take_back(installation, first.import_id, LATER + LOST_AFTER + timedelta(seconds=1))
