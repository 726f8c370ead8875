"""Two imports are taken back, whichever first: neither way back is cut off by the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from tests.tracker.imports.look import account_of, all_deals, owner_of, the_deal
from tests.tracker.imports.test_undo import DANA, HEAD, LEE, bring_rows, contents, some_rows, take_back
from tracker.imports.history import Undone
from tracker.models import Base, Deal, Import, ImportStatus, Listing, OwnerName

if TYPE_CHECKING:
    from tests.tracker.imports.conftest import Importer
    from tracker.installation import Installation

MOVED = DANA.replace("Brightwell", "Brightwell Group").replace("Sam Reed", "Jo Ray")
OWNED = "deal_id,account,account_owner,email\n1,Brightwell,{},dana@b.example\n"


def test_the_older_first_and_then_the_newer(bring_in: Importer, installation: Installation) -> None:
    first = bring_in(HEAD + DANA, yes=True)
    second = bring_in(HEAD + MOVED + LEE, yes=True)
    take_back(installation, first.import_id)
    assert take_back(installation, second.import_id) == Undone(
        deals_deleted=1, people_deleted=1, deals_restored=1, companies_deleted=2
    )
    (deal,) = all_deals(installation)
    assert (account_of(installation, deal), owner_of(installation, deal)) == ("Brightwell", "Sam Reed")


def test_a_companys_former_owner_stays_for_the_newer(bring_in: Importer, installation: Installation) -> None:
    first = bring_in(OWNED.format("Sam Reed"), yes=True)
    second = bring_in(OWNED.format("Jo Ray"), yes=True)
    take_back(installation, first.import_id)
    take_back(installation, second.import_id)
    with installation.database.reading() as session:
        assert [owner.name for owner in session.scalars(select(OwnerName))] == ["Sam Reed"]


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


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
        if order == [2, 1, 0]:
            assert session.scalars(select(Deal)).all() == []
    if order == [2, 1, 0]:
        assert contents(installation) == before
