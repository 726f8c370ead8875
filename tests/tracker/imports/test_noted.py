"""A prospect is not given up for a detail: the row goes in without it, which is counted and said."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.builders import NOON
from tests.tracker.imports.conftest import FILES
from tests.tracker.imports.look import all_deals, all_people, owner_of, the_deal
from tracker.imports.fields import Field
from tracker.imports.noted import BLANK, CUT, MOST_KINDS, Note, Noted
from tracker.imports.rows import STILL_TO_COME

if TYPE_CHECKING:
    from tests.tracker.imports.conftest import Importer
    from tracker.installation import Installation

HEAD = (
    "deal_id,account,title,status,value,lost_on,owner,contact,phone,competitor,job title,email,outcome,"
    "renewal_on,not_qualified\n"
)
COLUMNS = HEAD.strip().split(",")
DANA = {
    "deal_id": "1",
    "account": "Brightwell",
    "title": "Pro",
    "status": "lost",
    "value": "48000",
    "contact": "Dana Ortiz",
    "email": "dana@b.example",
}


def row(**cells: str) -> str:
    said = DANA | {name.replace("_title", " title"): text for name, text in cells.items()}
    return ",".join(said.get(column, "") for column in COLUMNS) + "\n"


def in_days(days: int) -> str:
    return f"{NOON + timedelta(days=days):%Y-%m-%d}"


@pytest.mark.parametrize(("days", "stored"), [(0, 1), (1, 1), (2, 0), (400, 0)])
def test_the_day_that_was_hoped_for_is_left_out(
    bring_in: Importer, installation: Installation, days: int, stored: int
) -> None:
    report = bring_in(HEAD + row(lost_on=in_days(days)), yes=True)
    assert (report.rejected, len(report.notes)) == (0, 1 - stored)
    assert (the_deal(installation, "own:1").closed_on is not None) == bool(stored)


def test_they_are_counted_and_the_first_lines_are_named(bring_in: Importer) -> None:
    rows = [row(deal_id=str(n), lost_on=in_days(30), email=f"d{n}@b.example") for n in range(4)]
    assert bring_in(HEAD + "".join(rows), yes=True).notes == (
        f"lost_on, in 4 rows (lines 2, 3, 4 and more): {STILL_TO_COME}.",
    )


def test_salesforces_planned_close_date_does_not_cost_the_deal(
    bring_in: Importer, installation: Installation
) -> None:
    head = "Opportunity ID,Opportunity Name,Account Name,Stage,Close Date,Contact: Email\n"
    sent = f"0065g00000ABCDE,Pro,Brightwell,Closed Lost,{in_days(38)},dana@b.example\n"
    report = bring_in(head + sent, yes=True)
    assert report.notes[0].startswith("Close Date, in 1 row (line 2): ")
    assert [deal.closed_on for deal in all_deals(installation)] == [None]


def test_a_day_known_before_is_not_erased_by_it(bring_in: Importer, installation: Installation) -> None:
    bring_in(HEAD + row(lost_on="2025-03-14"), yes=True)
    bring_in(HEAD + row(lost_on=in_days(30)), yes=True)
    assert the_deal(installation, "own:1").closed_on == date(2025, 3, 14)


def test_without_an_id_it_still_tells_deals_apart(bring_in: Importer) -> None:
    head = HEAD.removeprefix("deal_id,")
    rows = [row(lost_on=in_days(days)).removeprefix("1,") for days in (30, 31)]
    report = bring_in(head + "".join(rows), yes=True)
    assert report.rejected == 1
    assert "is also the deal of line 2" in report.faults[0].reason


@pytest.mark.parametrize(
    ("written", "stored", "said"),
    [
        (
            "+44 20 7946 0018 (direct) / +44 7700 900123 (mobile)",
            "+442079460018",
            "the first number is stored",
        ),
        ("ask at the front desk, they know where to find her", "", "which are left out"),
        ("x" * 40, "x" * 40, ""),
    ],
)
def test_of_a_long_phone_the_first_number_is_kept(
    bring_in: Importer, installation: Installation, written: str, stored: str, said: str
) -> None:
    report = bring_in(HEAD + row(phone=f'"{written}"'), yes=True)
    assert report.rejected == 0
    assert [person.phone for person in all_people(installation)] == [stored]
    assert said in "".join(report.notes)
    assert bool(said) == bool(report.notes)


@pytest.mark.parametrize(
    ("column", "limit"), [("title", 300), ("competitor", 200), ("job_title", 200), ("owner", 200)]
)
def test_what_is_too_long_is_cut_and_a_name_of_somebody_left_out(
    bring_in: Importer, installation: Installation, column: str, limit: int
) -> None:
    report = bring_in(HEAD + row(**{column: "x" * (limit + 1)}), yes=True)
    assert report.rejected == 0
    assert f"more than {limit} characters" in report.notes[0]
    (deal,), (person,) = all_deals(installation), all_people(installation)
    kept = {
        "title": deal.title,
        "competitor": deal.competitor,
        "job_title": person.job_title,
        "owner": owner_of(installation, deal) or "",
    }
    assert kept[column] == ("" if column == "owner" else "x" * limit)
    assert bring_in(HEAD + row(**{column: "x" * limit}), yes=True).notes == ()


def test_a_title_is_not_cut_where_it_tells_deals_apart(bring_in: Importer) -> None:
    report = bring_in(HEAD.removeprefix("deal_id,") + row(title="x" * 301).removeprefix("1,"), yes=True)
    assert (report.rejected, report.notes) == (1, ())


@pytest.mark.parametrize(
    ("column", "text"),
    [("outcome", "went quiet"), ("renewal_on", "some day"), ("not_qualified", "perhaps")],
)
def test_a_detail_that_cannot_be_read_is_left_out(bring_in: Importer, column: str, text: str) -> None:
    report = bring_in(HEAD + row(**{column: text}), yes=True)
    assert report.rejected == 0
    assert report.notes == (f"{column}, in 1 row (line 2): cannot be read, and is left out.",)


@pytest.mark.parametrize(
    ("column", "text"),
    [("value", "abc"), ("lost_on", "31/31/2025"), ("email", "nope"), ("account", "x" * 301)],
)
def test_what_the_deal_is_about_is_put_right_first(bring_in: Importer, column: str, text: str) -> None:
    report = bring_in(HEAD + row(**{column: text}, phone="x" * 41), yes=True)
    assert (report.rejected, report.notes) == (1, ())


def test_hubspots_contacts_have_notes_too(
    bring_in: Importer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = (FILES / "hubspot-contacts.csv").read_text(encoding="utf-8-sig")
    path = tmp_path_factory.mktemp("contacts") / "contacts.csv"
    lines = text.splitlines()
    place = lines[0].split(",").index("Job Title")
    cells = lines[1].split(",")
    cells[place] = "x" * 201
    path.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n")
    report = bring_in("hubspot-deals.csv", contacts=path, yes=True)
    assert report.notes[0].startswith("Job Title in contacts.csv, in 1 row (line 2): more than 200")


def test_a_field_is_cut_or_left_blank_or_neither() -> None:
    assert not CUT & BLANK
    assert Field.EMAIL not in CUT | BLANK


def test_there_are_never_more_sentences_than_a_page_can_show() -> None:
    noted = Noted()
    noted.add(Note(line, f"column {line}", "is odd") for line in range(1000))
    assert len(noted.sentences) == MOST_KINDS
