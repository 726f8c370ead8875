"""What a file says that cannot be is a fault in its place; what is doubtful about all of it is said, too."""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import TYPE_CHECKING

import pytest

from tests.tracker.imports.look import all_deals, people_in, the_deal
from tracker.imports.cells.text import shown
from tracker.imports.encoding import encoding_of, stray_lines
from tracker.imports.errors import UnreadableFileError
from tracker.imports.source import LONGEST_LINE, MIXED

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tracker.imports.conftest import Importer
    from tracker.installation import Installation

HEAD = "deal_id,account,title,status,lost_on,owner,contact,phone,competitor,job title,email\n"
ROW = "1,Brightwell,Pro,lost,{day},Sam Reed,Dana Ortiz,,,,dana@b.example\n"


@pytest.mark.parametrize(
    "day", ["2025-03-14T10:00:00+14:30", "2025-03-14 10:00 -99:99", "2025-03-14T10:00+0160"]
)
def test_a_distance_from_utc_that_no_place_has_is_a_fault(bring_in: Importer, day: str) -> None:
    (fault,) = bring_in(HEAD + ROW.format(day=day), yes=True).faults
    assert (fault.line, fault.column, fault.value) == (2, "lost_on", day)
    assert "no place has" in fault.reason


@pytest.mark.parametrize("day", ["2025-03-14T10:00:00+14:00", "2025-03-14 10:00 -1200", "2025-03-14 10:00Z"])
def test_a_distance_that_some_place_has_is_none(bring_in: Importer, day: str) -> None:
    assert bring_in(HEAD + ROW.format(day=day), yes=True).faults == ()


def test_an_open_deal_is_expected_to_close_one_day(bring_in: Importer) -> None:
    for day in ("2030-01-01", "next spring"):
        assert bring_in(HEAD + ROW.format(day=day).replace("lost", "open"), yes=True).rejected == 0


@pytest.mark.parametrize(
    ("column", "place", "limit"),
    [
        ("account", 1, 300),
        ("contact", 6, 200),
    ],
)
def test_what_tells_companies_and_people_apart_is_never_cut(
    bring_in: Importer, installation: Installation, column: str, place: int, limit: int
) -> None:
    cells = ROW.format(day="2025-03-14").strip().split(",")
    cells[place] = "x" * (limit + 1)
    (fault,) = bring_in(HEAD + ",".join(cells) + "\n", yes=True).faults
    assert (fault.line, fault.column) == (2, column)
    assert f"has {limit + 1} characters, and at most {limit} can be kept" in fault.reason
    assert all_deals(installation) == []
    cells[place] = "x" * limit
    assert bring_in(HEAD + ",".join(cells) + "\n", yes=True).rejected == 0


def test_a_file_of_one_endless_line_is_refused(bring_in: Importer) -> None:
    with pytest.raises(UnreadableFileError, match="262,144 characters in line 2"):
        bring_in(HEAD + "x," * LONGEST_LINE, yes=True)


def test_almost_utf8_is_read_as_that_and_its_odd_lines_are_named(
    bring_in: Importer, installation: Installation, tmp_path: Path
) -> None:
    rows = [f"{n},B\u00f6rse {n},Pro,lost,,,Zo\u00eb,,,,z{n}@b.example\n".encode() for n in range(5)]
    rows.append("9,Caf\u00e9,Pro,lost,,,Ren\u00e9,,,,r@b.example\n".encode("cp1252"))
    path = tmp_path / "mixed.csv"
    path.write_bytes(HEAD.encode() + b"".join(rows))
    assert encoding_of(path) == MIXED
    report = bring_in(str(path), yes=True)
    (warning,) = report.warnings
    assert "mixed.csv: is in UTF-8, but 1 line has letters that are not" in warning
    assert "Look at line 7 before" in warning
    assert people_in(installation, the_deal(installation, "own:9")) == {"Ren\u00e9"}
    assert people_in(installation, the_deal(installation, "own:1")) == {"Zo\u00eb"}


@pytest.mark.parametrize("whole", [0, 5])
def test_a_byte_order_mark_makes_no_difference_to_that(
    bring_in: Importer, installation: Installation, tmp_path: Path, whole: int
) -> None:
    rows = [f"{n},B\u00f6rse {n},Pro,lost,,,Zo\u00eb,,,,z{n}@b.example\n".encode() for n in range(whole)]
    rows.append("9,Caf\u00e9,Pro,lost,,,Ren\u00e9,,,,r@b.example\n".encode("cp1252"))
    path = tmp_path / "excel.csv"
    path.write_bytes(BOM_UTF8 + HEAD.encode() + b"".join(rows))
    assert f"Look at line {whole + 2} before" in bring_in(str(path), yes=True).warnings[0]
    assert people_in(installation, the_deal(installation, "own:9")) == {"Ren\u00e9"}


def test_a_mark_before_what_is_no_text_does_not_make_it_one(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_bytes(BOM_UTF8 + bytes(range(256)))
    with pytest.raises(UnreadableFileError, match="is no text"):
        encoding_of(path)


def test_an_endless_line_with_an_odd_letter_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_bytes(b"a,b\n\xe9" + b"x" * LONGEST_LINE * 5)
    with pytest.raises(UnreadableFileError, match="262,144 characters in line 2"):
        encoding_of(path)


def test_windows_1252_with_a_chance_pair_is_no_utf8(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_bytes("a,b\nCaf\u00e9,x\nRen\u00e9,y\nA\u00c3\u00a9,z\n".encode("cp1252"))
    assert encoding_of(path) == "cp1252"
    assert stray_lines(path).first == (2, 3)


def test_a_files_name_is_shown_without_what_turns_it() -> None:
    assert shown("deals\u202excod.csv\u2066 \u061c\u200b\nmore\t.csv") == "dealsxcod.csv more .csv"
    assert shown("Verlorene Gesch\u00e4fte \u0645\u0631\u062d\u0628\u0627.csv").endswith(
        "\u0645\u0631\u062d\u0628\u0627.csv"
    )
