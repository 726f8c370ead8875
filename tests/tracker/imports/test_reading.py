"""Bytes to rows: encodings, delimiters, broken quotes, footers; and files that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tracker.imports.encoding import encoding_of
from tracker.imports.errors import (
    EmptyFileError,
    ImportFailedError,
    MissingColumnsError,
    UnreadableFileError,
)
from tracker.imports.fields import heading_key
from tracker.imports.footer import LONGEST_FOOTER, without_footer
from tracker.imports.reading import UNCLOSED, Row, records, without_rests
from tracker.imports.table import find_table

if TYPE_CHECKING:
    from pathlib import Path

HEADINGS = ("Company", "Deal", "Email")
ROW = ["\u00d6ttinger", "Pro", "zo\u00eb@oettinger.example"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deals.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_spelling_of_a_table_reads_the_same(
    file: Path, encoding: str, delimiter: str, end: str
) -> None:
    file.write_bytes((end.join(map(delimiter.join, (HEADINGS, ROW))) + end).encode(encoding))

    table = find_table(file)

    assert table.headings == HEADINGS
    assert [row.cells for row in table.rows()] == [ROW]


def test_a_late_stray_letter_still_decides_the_encoding(file: Path) -> None:
    file.write_bytes(b"Company,Deal\n" + b"Plain,Pro\n" * 200_000 + "Z\u00fcrich,Pro\n".encode("cp1252"))
    assert encoding_of(file) == "cp1252"


def test_excels_own_first_line_names_the_delimiter(file: Path) -> None:
    file.write_text("sep=;\nCompany;Deal\nBright,well;Pro\n")
    table = find_table(file)
    assert (table.delimiter, table.heading_line) == (";", 2)


def test_what_stands_above_the_table_is_skipped(file: Path) -> None:
    file.write_text("Lost deals 2025\nby Sam, Kim\n\nCompany,Deal,Email\nBrightwell,Pro,\n")
    table = find_table(file)
    assert table.headings == HEADINGS
    assert [(row.line, row.cells[0]) for row in table.rows()] == [(5, "Brightwell")]


@pytest.mark.parametrize(
    ("content", "error", "hint"),
    [
        (b"", EmptyFileError, "empty"),
        (b"\n\n\n", EmptyFileError, "no lines"),
        (b"PK\x03\x04rest of a workbook", UnreadableFileError, "Save it as CSV"),
        (b"Company,Deal\n\x81\x8d\x8f,x\n", UnreadableFileError, "UTF-8"),
        (b"Company and Deal\nBrightwell\n", MissingColumnsError, "commas, semicolons or tabs"),
    ],
)
def test_a_file_that_is_none_says_what_to_do(
    file: Path, content: bytes, error: type[ImportFailedError], hint: str
) -> None:
    file.write_bytes(content)
    with pytest.raises(error, match=hint):
        find_table(file)


def test_a_file_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="cannot be opened"):
        find_table(tmp_path / "missing.csv")


def test_a_line_break_in_a_cell_belongs_to_it_and_lines_still_count() -> None:
    rows = list(records(['1,"a\n', 'b"\n', "2,c\n"], ","))
    assert rows == [Row(1, ["1", "a\nb"]), Row(3, ["2", "c"])]


def test_an_unclosed_quotation_mark_costs_one_row() -> None:
    rows = list(records(['1,"open\n', "2,b\n", "3,c\n"], ","))
    assert "never closed" in rows[0].fault
    assert [row.cells for row in rows[1:]] == [["2", "b"], ["3", "c"]]
    assert [row.line for row in rows] == [1, 2, 3]


def test_an_unclosed_quotation_mark_does_not_read_on_for_ever() -> None:
    rows = list(records(['1,"open\n', *["2,b\n"] * 2000], ","))
    assert [bool(row.fault) for row in rows] == [True] + [False] * 2000


def test_a_quotation_mark_that_is_not_doubled_costs_one_row() -> None:
    rows = list(records(['1,"the "best" tool"\n', "2,b\n"], ","))
    assert "write it twice" in rows[0].fault
    assert rows[1] == Row(2, ["2", "b"])


def test_a_zero_byte_costs_one_row() -> None:
    rows = list(records(["1,a\0b\n", "2,b\n"], ","))
    assert "NUL" in rows[0].fault
    assert rows[1].fault == ""


def test_a_cell_without_end_costs_one_row() -> None:
    rows = list(records(["1," + "x" * 200_000 + "\n", "2,b\n"], ","))
    assert "131,072" in rows[0].fault
    assert rows[1].cells == ["2", "b"]


def _rows(*cells: str) -> list[Row]:
    return [Row(line, text.split("|")) for line, text in enumerate(cells, start=1)]


def test_a_footer_is_no_row_but_a_lonely_cell_in_the_middle_is() -> None:
    rows = _rows("a|b", "lonely|", "c|d", "|", "Report by owner|", "Copyright (c) 2026|", "Northwind|")
    assert [row.line for row in without_footer(rows)] == [1, 2, 3]


def test_totals_are_no_rows() -> None:
    assert [row.line for row in without_footer(_rows("a|b|c|d", "Grand Total (2 records)|||5"))] == [1]
    assert [row.line for row in without_footer(_rows("a|b|c|d", "Total Energy|b|c|d"))] == [1, 2]


def test_what_goes_on_for_long_is_no_footer() -> None:
    rows = _rows("a|b", "|", *["lonely|"] * (LONGEST_FOOTER + 5))
    assert len(list(without_footer(rows))) == 1 + LONGEST_FOOTER + 5


def test_the_rest_of_a_cell_that_is_never_closed_is_no_rows() -> None:
    lines = ['1,"open,lost\n', "first line of notes\n", "\n", "a second, and last one\n", "2,b,c\n", "3\n"]
    rows = list(without_rests(records(lines, ","), 4))
    assert [row.cells for row in rows[1:]] == [["2", "b", "c"], ["3"]]
    assert rows[0].fault.endswith("never closed. The 2 lines behind it are no rows, and stay out with it.")


def test_it_is_one_row_to_the_end_of_the_file() -> None:
    [row] = without_rests(records(['1,"open,lost\n', *["x\n"] * 2000], ","), 3)
    assert "The 2,000 lines behind it" in row.fault


def test_a_line_that_is_too_long_costs_no_row_behind_it() -> None:
    rows = list(without_rests(records(['1,"open,lost\n', "2,b,c\n"], ","), 3))
    assert rows[0].fault == UNCLOSED
    assert rows[1] == Row(2, ["2", "b", "c"])


@pytest.mark.parametrize("heading", ["e\u200bma\u202eil", "\ufeffEmail", "Em\u00adail\u200f"])
def test_hidden_marks_in_a_heading_are_no_part_of_it(tmp_path: Path, heading: str) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(f"deal_id,account,{heading}\n1,Brightwell,dana@b.example\n", encoding="utf-8")
    headings = find_table(path).headings
    assert all(shown.isprintable() for shown in headings)
    assert heading_key(headings[2]) == "email"
