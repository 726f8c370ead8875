"""Whatever the table: any spelling of it comes in whole, twice is once, and no bytes bring it down."""

from __future__ import annotations

import csv
import io
import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import NOON
from tests.tracker.imports.look import all_deals
from tracker.imports import ImportFailedError, ImportOptions, ImportReport, import_file
from tracker.imports.cells.guard import guard
from tracker.models import Base

if TYPE_CHECKING:
    from tracker.installation import Installation

HEADINGS = ("deal_id", "account", "title", "status", "value", "currency", "lost_on", "email", "notes")
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

_words = st.text(
    # What cp1252 can write, without what no cell keeps: control characters.
    st.characters(codec="cp1252", exclude_categories=["Cc", "Cf", "Zs"], include_characters=" =+-@'\";,\t"),
    max_size=12,
)


@st.composite
def _rows(draw: st.DrawFn) -> list[list[str]]:
    """Draw deals as a spreadsheet might hold them."""
    count = draw(st.integers(1, 12))
    return [
        [
            str(number),
            draw(_words),
            draw(_words),
            draw(st.sampled_from(["lost", "won", "open"])),
            draw(st.sampled_from(["", "48000", "1,234,567.89", "0.5"])),
            draw(st.sampled_from(["", "EUR", "GBP"])),
            draw(st.dates(date(2000, 1, 1), date(2030, 1, 1)).map(str) | st.just("")),
            draw(st.sampled_from(["", "dana@b.example", "LEE@f.example"])),
            draw(_words),
        ]
        for number in range(count)
    ]


def _written(rows: list[list[str]], delimiter: str, encoding: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(
        [list(HEADINGS), *([guard(cell) for cell in row] for row in rows)]
    )
    return out.getvalue().encode(encoding)


def _import(installation: Installation, content: bytes, **options: Any) -> ImportReport:  # noqa: ANN401
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deals.csv"
        path.write_bytes(content)
        return import_file(installation, path, ImportOptions(yes=True, **options), NOON)


def _empty(installation: Installation) -> None:
    with installation.database.writing() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())


@SLOW
@given(
    _rows(),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_any_table_comes_in_whole_and_twice_is_once(
    installation: Installation, rows: list[list[str]], delimiter: str, encoding: str
) -> None:
    _empty(installation)
    content = _written(rows, delimiter, encoding)

    first = _import(installation, content)

    assert (first.rejected, first.faults, first.deals.new) == (0, (), len(rows))
    deals = {deal.import_key: deal for deal in all_deals(installation)}
    for row in rows:
        deal = deals[f"own:{row[0]}"]
        assert deal.status == row[3]
        assert deal.title in {"", " ".join(row[2].split())}
        assert (deal.value_minor is None) == (row[4] == "")

    again = _import(installation, content)

    assert (again.deals.new, again.deals.updated, again.deals.unchanged) == (0, 0, len(rows))
    assert again.people.new == 0


@SLOW
@given(
    st.binary(max_size=400)
    | st.text(max_size=200).map(str.encode)
    | st.text("Deal -IDTitle,;\"'\n\t\0012/.", max_size=300).map(
        lambda text: b"deal_id,account,value,lost_on\n" + text.encode()
    )
)
def test_no_bytes_bring_it_down(installation: Installation, content: bytes) -> None:
    with suppress(ImportFailedError):
        _import(installation, content, dry_run=True)
