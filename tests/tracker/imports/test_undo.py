"""An import is taken back: what it added goes, what it changed is as before, what was touched since stays."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from tests.builders import NOON, add_token, add_user
from tests.tracker.imports.look import all_deals, all_people, the_deal, the_person
from tracker.audit import COMMAND, entries
from tracker.imports import ImportOptions, import_file
from tracker.imports.forgetting import forget_imports, forget_people
from tracker.imports.history import UNDO_KEPT, Undone
from tracker.imports.taking_back.touched import Stays
from tracker.imports.undo import UndoError, begin_undo, undo
from tracker.listing import ADDRESS_MARK
from tracker.models import Base, Deal, ImportBatch, ImportChange, OwnerName, Prospect
from tracker.owners import map_owner

if TYPE_CHECKING:
    from datetime import datetime

    from tests.tracker.imports.conftest import Importer
    from tracker.installation import Installation

LATER = NOON + timedelta(hours=1)
HEAD = "deal_id,account,title,status,value,currency,lost_on,owner,contact,email,phone,notes\n"
DANA = "1,Brightwell,Pro,lost,48000,GBP,2025-03-14,Sam Reed,Dana Ortiz,dana@b.example,+442079460018,SSO\n"
LEE = "2,Fernhill,Basic,open,,,,Kim Lee,Lee Park,lee@f.example,,\n"
PHASES = set(Phase) - {Phase.explain}
"""To explain what fails would take a quarter of an hour: each try imports files."""
OWN_TABLES = {"imports", "import_batches", "import_changes", "audit", "import_mappings", "reason_rules"}


def contents(installation: Installation) -> dict[str, list[dict[str, Any]]]:
    """All that the database says, but of imports themselves and the answers about their columns.

    Marks of addresses are left out: an undo takes them away, and they come again by themselves.
    """
    with installation.database.reading() as session:
        return {
            table.name: sorted(
                (
                    dict(row)
                    for row in session.execute(select(table)).mappings()
                    if not str(row.get("word", "")).startswith(ADDRESS_MARK)
                ),
                key=str,
            )
            for table in Base.metadata.sorted_tables
            if table.name not in OWN_TABLES
        }


def take_back(installation: Installation, import_id: int | None, now: datetime = LATER) -> Undone:
    assert import_id is not None
    with installation.database.writing() as session:
        begin_undo(session, import_id, COMMAND, now)
    return undo(installation.database, import_id, COMMAND, lambda: now)


def test_an_import_into_nothing_leaves_nothing(bring_in: Importer, installation: Installation) -> None:
    before = contents(installation)
    report = bring_in(HEAD + DANA + LEE, yes=True)
    result = take_back(installation, report.import_id)
    assert result.kept == {}
    assert contents(installation) == before
    assert (result.deals_deleted, result.people_deleted, result.companies_deleted) == (2, 2, 2)
    with installation.database.reading() as session:
        assert [each.entry.verb for each in entries(session, 9)] == [
            "undo",
            "begin to undo",
            "import",
            "begin to store",
        ]
        assert session.scalars(select(ImportBatch)).all() == []
        assert session.scalars(select(ImportChange)).all() == []


def test_what_a_second_file_changed_is_as_the_first_said(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(HEAD + DANA + LEE, yes=True)
    before = contents(installation)
    other = DANA.replace("48000", "52000").replace("Sam Reed", "Jo Ray").replace("+442079460018", "+49301")
    report = bring_in(HEAD + other + LEE + LEE.replace("2,", "3,", 1), yes=True)
    assert report.deals.updated == 1
    result = take_back(installation, report.import_id)
    assert contents(installation) == before
    assert (result.deals_deleted, result.deals_restored, result.people_restored) == (1, 1, 1)


def test_who_got_a_link_since_stays_with_their_deal_and_what_was_edited_stays(
    bring_in: Importer, installation: Installation
) -> None:
    jo = "3,Larkspur,Team,lost,,,,,Jo Ray,jo@l.example,,\n"
    report = bring_in(HEAD + DANA + LEE + jo, yes=True)
    with installation.database.writing() as session:
        add_token(session, session.scalars(select(Prospect).where(Prospect.name == "Dana Ortiz")).one())
        session.execute(update(Deal).where(Deal.title == "Basic").values(notes="Asked again in May"))
    result = take_back(installation, report.import_id)
    assert [deal.title for deal in all_deals(installation)] == ["Pro", "Basic"]
    assert [person.name for person in all_people(installation)] == ["Dana Ortiz", "Lee Park"]
    assert result.kept == {
        "One of its people stays.": 1,
        "It was changed since.": 1,
        "A link was written for them since.": 1,
        "One of their deals stays.": 1,
    }
    assert len(result.first_kept) == 4
    assert (result.deals_deleted, result.companies_deleted) == (1, 1)


def test_what_a_later_import_names_stays(bring_in: Importer, installation: Installation) -> None:
    first = bring_in(HEAD + DANA + LEE, yes=True)
    bring_in(HEAD + LEE, yes=True)
    result = take_back(installation, first.import_id)
    assert [deal.title for deal in all_deals(installation)] == ["Basic"]
    assert result.kept == {str(Stays.NAMED_LATER): 1, "One of their deals stays.": 1}


def test_what_was_changed_since_is_not_changed_back(bring_in: Importer, installation: Installation) -> None:
    bring_in(HEAD + DANA, yes=True)
    second = bring_in(HEAD + DANA.replace("+442079460018", "+49301"), yes=True)
    with installation.database.writing() as session:
        session.execute(update(Prospect).values(phone="+33 1"))
    result = take_back(installation, second.import_id)
    assert the_person(installation, "dana@b.example").phone == "+33 1"
    assert result.kept == {"It was changed since.": 1}


def test_a_name_that_somebody_mapped_since_stays(bring_in: Importer, installation: Installation) -> None:
    report = bring_in(HEAD + DANA, yes=True)
    with installation.database.writing() as session:
        add_user(session, "Samuel Reed", email="sam@n.example")
        map_owner(session, "Sam Reed", "sam@n.example")
    take_back(installation, report.import_id)
    with installation.database.reading() as session:
        assert [owner.name for owner in session.scalars(select(OwnerName))] == ["Sam Reed"]


def test_it_is_undone_once_and_not_after_a_month(bring_in: Importer, installation: Installation) -> None:
    first, second = bring_in(HEAD + DANA, yes=True), bring_in(HEAD + LEE, yes=True)
    take_back(installation, first.import_id)
    with pytest.raises(UndoError, match="undone already"):
        take_back(installation, first.import_id)
    with pytest.raises(UndoError, match="30 days"):
        take_back(installation, second.import_id, NOON + UNDO_KEPT + timedelta(seconds=1))
    with pytest.raises(UndoError, match="no import 77"):
        take_back(installation, 77)


def test_an_undo_that_stopped_half_way_goes_on(bring_in: Importer, installation: Installation) -> None:
    bring_in(HEAD + DANA, yes=True)
    before = contents(installation)
    report = bring_in(HEAD + DANA.replace("48000", "1") + LEE, yes=True)
    stops = iter([NOON])
    with installation.database.writing() as session:
        begin_undo(session, report.import_id or 0, COMMAND, LATER)
    with pytest.raises(StopIteration):
        undo(installation.database, report.import_id or 0, COMMAND, lambda: next(stops))
    with pytest.raises(UndoError, match="being worked on"):
        take_back(installation, report.import_id, NOON + timedelta(seconds=5))
    take_back(installation, report.import_id)
    assert contents(installation) == before
    assert the_deal(installation, "own:1").value_minor == 4_800_000


_names = st.sampled_from(["", "Brightwell", "Fernhill", "brightwell ", "Larkspur"])
_people = st.sampled_from(["", "Dana Ortiz", "Lee Park", "Jo Ray"])
some_rows = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3", "4", "5"]),
        _names,
        st.sampled_from(["Pro", "Basic", "Team"]),
        st.sampled_from(["lost", "won", "open"]),
        st.sampled_from(["", "48000", "0.5"]),
        st.just("GBP"),
        st.sampled_from(["", "2025-03-14", "2024-01-31"]),
        st.sampled_from(["", "Sam Reed", "Kim Lee"]),
        _people,
        st.sampled_from(["", "dana@b.example", "lee@f.example", "DANA@b.example"]),
        st.sampled_from(["", "+442079460018"]),
        st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=8),
    ),
    min_size=1,
    max_size=8,
)


@settings(
    max_examples=40, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(some_rows, min_size=1, max_size=2), some_rows, st.sampled_from(["by ID", "by name"]))
def test_undone_is_as_before(
    installation: Installation,
    files: list[list[tuple[str, ...]]],
    last: list[tuple[str, ...]],
    told_apart: str,
) -> None:
    with installation.database.writing() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
    for rows in files:
        bring_rows(installation, rows, keyed=True)
    before = contents(installation)
    import_id = bring_rows(installation, last, keyed=told_apart == "by ID")
    if import_id is None:
        return
    take_back(installation, import_id)
    assert contents(installation) == before


def bring_rows(installation: Installation, rows: list[tuple[str, ...]], *, keyed: bool) -> int | None:
    heading = HEAD.strip().split(",")
    cells = [heading, *(list(row) for row in rows)]
    out = io.StringIO(newline="")
    csv.writer(out).writerows(cells if keyed else [row[1:] for row in cells])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deals.csv"
        path.write_text(out.getvalue(), newline="")
        return import_file(installation, path, ImportOptions(yes=True), NOON).import_id


def test_after_a_month_and_with_a_person_what_was_before_is_forgotten(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(HEAD + DANA + LEE, yes=True)
    bring_in(HEAD + (DANA + LEE).replace("Ortiz", "Ortega").replace("Park", "Parker"), yes=True)
    dana = the_person(installation, "dana@b.example")
    with installation.database.writing() as session:
        forget_people(session, [dana.id])
    with installation.database.reading() as session:
        assert session.scalars(select(ImportChange.prospect_id)).all() == [dana.id + 1]
    assert forget_imports(installation.database, NOON + UNDO_KEPT) == 0
    assert forget_imports(installation.database, NOON + UNDO_KEPT + timedelta(seconds=1)) == 3
    with installation.database.reading() as session:
        assert session.scalars(select(ImportChange)).all() == []
        assert session.scalars(select(ImportBatch)).all() == []
