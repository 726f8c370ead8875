"""Bad rows: all that is wrong with each, in a file that is mended and imported as it is."""

from __future__ import annotations

import csv
import resource
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.tracker.imports.look import all_deals, the_deal, the_person
from tracker.imports.cells.dates import DateOrder
from tracker.imports.errors import ImportFailedError
from tracker.imports.rejects import Fault, RejectsFile
from tracker.imports.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tracker.imports.conftest import Importer
    from tracker.installation import Installation

HEAD = "deal_id;account;value;lost on;email;phone;notes\n"
GOOD = "1;Brightwell;48000;25/03/2025;dana@b.example;+44 20 7946 0018;\n"


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_a_row_with_two_faults_shows_both_and_the_good_rows_go_in(
    bring_in: Importer, installation: Installation
) -> None:
    report = bring_in(HEAD + GOOD + "2;Fernhill;abc;31/02/2025;lee@f.example;;\n", yes=True)

    assert [(fault.line, fault.column, fault.value) for fault in report.faults] == [
        (3, "value", "abc"),
        (3, "lost on", "31/02/2025"),
    ]
    assert report.faults[0].reason == "'abc' is no amount: write it like 48000 or 48,000.00."
    assert (report.rows, report.rejected, report.accepted) == (2, 1, 1)
    assert len(all_deals(installation)) == 1


def test_rejects_are_mended_and_imported_as_they_are(
    bring_in: Importer, installation: Installation, tmp_path: Path
) -> None:
    rejects = tmp_path / "rejects.csv"
    bad = "2;Fernhill;abc;02/03/2025;lee@f.example;+49 30 901820;=SUM(A1)\n"
    report = bring_in(HEAD + GOOD + bad, yes=True, rejects=rejects)

    assert report.rejects == rejects
    (row,) = read(rejects)
    assert (row["Ringback: line"], row["Ringback: column"]) == ("3", "value")
    assert (row["phone"], row["notes"]) == ("'+49 30 901820", "'=SUM(A1)")  # no spreadsheet runs them

    mended = rejects.read_text(encoding="utf-8-sig").replace(";abc;", ";12500;")
    again = bring_in(mended, name="mended.csv")  # nothing is asked: neither columns nor the order of dates

    assert (again.rejected, again.deals.new, again.date_order) == (0, 1, DateOrder.DAY_FIRST)
    assert the_deal(installation, "own:2").notes == "=SUM(A1)"
    assert the_person(installation, "lee@f.example").phone == "+4930901820"


def test_rejects_of_rejects_have_but_the_new_reason(bring_in: Importer, tmp_path: Path) -> None:
    first, second = tmp_path / "one.csv", tmp_path / "two.csv"
    bring_in(HEAD + GOOD + "2;Fernhill;abc;;lee;;\n", yes=True, rejects=first)
    bring_in(first.read_text(encoding="utf-8-sig").replace("abc", "5"), yes=True, rejects=second)

    (row,) = read(second)
    assert (row["Ringback: line"], row["Ringback: column"]) == ("2", "email")
    assert list(row).count("Ringback: line") == 1


def test_a_row_with_too_many_cells_keeps_them_all(bring_in: Importer, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    report = bring_in(HEAD + GOOD + "2;Fernhill;5;;;;;;\n", yes=True, rejects=rejects)
    assert report.rejected == 0  # blanks beyond the headings mean nothing

    report = bring_in(HEAD + "2;Fern;hill;5;;;;x\n", yes=True, rejects=rejects)
    assert "8 cells where the headings are 7" in report.faults[0].reason
    assert rejects.read_text(encoding="utf-8-sig").splitlines()[1].endswith("2;Fern;hill;5;;;;x")


def test_no_rejects_no_file(bring_in: Importer, tmp_path: Path) -> None:
    report = bring_in(HEAD + GOOD, yes=True, rejects=tmp_path / "rejects.csv")
    assert report.rejects is None
    assert [path.name for path in tmp_path.iterdir() if "rejects" in path.name] == []


def test_a_dry_run_writes_no_file(bring_in: Importer, tmp_path: Path) -> None:
    report = bring_in(HEAD + "2;Fernhill;abc;;;;\n", yes=True, rejects=tmp_path / "r.csv", dry_run=True)
    assert report.rejected == 1
    assert not (tmp_path / "r.csv").exists()


def test_a_place_that_cannot_be_written_to_is_said(bring_in: Importer, tmp_path: Path) -> None:
    with pytest.raises(ImportFailedError, match="--rejects"):
        bring_in(HEAD + "2;Fernhill;abc;;;;\n", yes=True, rejects=tmp_path / "no" / "r.csv")


@pytest.mark.parametrize("bad_rows", [1, 5_000])
def test_without_room_for_rejects_nothing_goes_in(
    bring_in: Importer, installation: Installation, bad_rows: int
) -> None:
    with pytest.raises(ImportFailedError, match=r"No space left on device\. Nothing was imported"):
        bring_in(HEAD + GOOD + "2;Fernhill;abc;;;;\n" * bad_rows, yes=True, rejects=Path("/dev/full"))
    assert all_deals(installation) == []


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file grows beyond a kilobyte."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.usefixtures("small_disk")
@pytest.mark.parametrize("rows", [100, 10_000])
def test_a_disk_that_fills_up_leaves_the_rejects_of_the_import_before(tmp_path: Path, rows: int) -> None:
    rejects = tmp_path / "r.csv"
    rejects.write_text("older ones")
    table = Table(tmp_path / "deals.csv", "utf-8", ",", 1, ("id", "value"))

    def reject_all() -> None:
        with RejectsFile(rejects, table) as file:
            for _ in range(rows):
                file.add(["1", "abc"], (Fault(2, "value", "abc", "'abc' is no amount."),))
            file.finish()

    with pytest.raises(ImportFailedError, match="Nothing was imported"):
        reject_all()
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("r.csv", "older ones")]


def test_rejects_are_for_their_owners_eyes(bring_in: Importer, tmp_path: Path) -> None:
    (tmp_path / "r.csv.part").touch(0o644)  # of an import that was ended
    bring_in(HEAD + GOOD + "2;Fernhill;abc;;;;\n", yes=True, rejects=tmp_path / "r.csv")
    assert (tmp_path / "r.csv").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        (";Fernhill;;;;;", "deal_id", "is blank"),
        ("1.23457E+11;Fernhill;;;;;", "deal_id", "a spreadsheet has shortened"),
        (f"{'9' * 400};Fernhill;;;;;", "deal_id", "longer than any ID"),
        ("2;Fernhill;;;lee(at)f;;", "email", "is no e-mail address"),
        ("2;Fernhill;5 pounds each;;;;", "value", "is no amount"),
        ('2;"Fern;hill;;;;;', "", "never closed"),
        ("2;Fern\0hill;;;;;", "", "NUL"),
    ],
)
def test_each_fault_has_its_column_and_its_reason(
    bring_in: Importer, row: str, column: str, why: str
) -> None:
    report = bring_in(HEAD + row + "\n" + GOOD, yes=True)

    assert report.rejected == 1
    (fault,) = report.faults
    assert (fault.line, fault.column) == (2, column)
    assert why in fault.reason
    assert report.deals.new == 1


def test_a_blank_status_is_asked_for(bring_in: Importer, installation: Installation) -> None:
    report = bring_in(
        "deal_id,account,status,lost on\n1,A,,\n2,B,,2025-03-14\n3,C,lost,\n4,D,deleted,\n", yes=True
    )
    assert [fault.line for fault in report.faults] == [2, 5]
    assert "write lost, won or open" in report.faults[0].reason
    assert len(all_deals(installation)) == 2
