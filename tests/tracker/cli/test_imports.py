"""`ringback import`, `owners`, `reasons` and `suppress`, as a marketer types them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from tests.builders import add_user
from tests.tracker.imports.conftest import FILES
from tests.tracker.imports.look import all_deals, all_people
from tracker.cli.import_history import imports_command
from tracker.cli.imports import answered, import_command
from tracker.cli.owners import owners_command
from tracker.cli.reasons import reasons_command
from tracker.imports import ImportOptions, QuestionError
from tracker.imports.cells.dates import DateOrder
from tracker.imports.errors import AmbiguousDatesError, UnconfirmedKeyError, UnconfirmedMappingError
from tracker.imports.fields import Field

if TYPE_CHECKING:
    from tests.tracker.cli.conftest import Ringback
    from tracker.installation import Installation

MINE = "id,company,mail at work,lost on\n1,Brightwell,dana@b.example,03/04/2025\n2,Fernhill,nope,\n"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text(MINE)
    return path


def test_an_export_comes_in_and_the_summary_says_what_is_left_to_do(
    ringback: Ringback, installation: Installation
) -> None:
    said = ringback(import_command, str(FILES / "pipedrive.csv")).output

    assert "Deals new" in said
    assert "ringback owners map NAME EMAIL" in said
    assert len(all_deals(installation)) == 3


def test_imports_are_listed_and_taken_back(
    ringback: Ringback, installation: Installation, mine: Path
) -> None:
    assert "Nothing was imported yet" in ringback(imports_command).output
    said = ringback(import_command, str(FILES / "pipedrive.csv")).output
    assert "ringback import --undo 1" in said
    assert "pipedrive.csv" in ringback(imports_command).output
    assert "no file" in ringback(import_command, str(mine), "--undo", "1", exit_code=2).output
    assert "Name the FILE" in ringback(import_command, exit_code=2).output
    assert "Deals deleted: 3" in ringback(import_command, "--undo", "1").output
    assert all_deals(installation) == []
    assert "undone already" in ringback(import_command, "--undo", "1", exit_code=1).output
    assert "no import 9" in ringback(import_command, "--undo", "9", exit_code=1).output


def test_what_is_left_out_of_rows_is_said(ringback: Ringback, tmp_path: Path) -> None:
    path = tmp_path / "hoped.csv"
    path.write_text(
        "deal_id,account,title,status,lost_on,email\n1,Brightwell,Pro,lost,2099-01-31,d@b.example\n"
    )
    said = ringback(import_command, str(path), "--yes").output
    assert "lost_on, in 1 row (line 2): the deal is lost and this day is still to come" in said


def test_the_help_says_all_that_yes_answers(ringback: Ringback) -> None:
    said = " ".join(ringback(import_command, "--help").output.split())
    assert "with --undo, undo without being asked" in said


def test_options_answer_what_nobody_is_there_to_ask(
    ringback: Ringback, installation: Installation, mine: Path
) -> None:
    assert "--yes" in ringback(import_command, str(mine), exit_code=2).output
    assert "--date-order" in ringback(import_command, str(mine), "--yes", exit_code=2).output

    said = ringback(
        import_command, str(mine), "--map", "email=Mail at work", "--date-order", "day-first"
    ).output

    assert "line 3, mail at work: 'nope' is no e-mail address." in said
    assert "Dates were read day-first." in said
    assert (mine.parent / "mine.rejects.csv").exists()
    assert [person.email for person in all_people(installation)] == ["dana@b.example"]


def test_rejected_rows_never_take_the_place_of_an_export(ringback: Ringback, mine: Path) -> None:
    arguments = (str(mine), "--yes", "--date-order", "day-first", "--rejects")
    for named in (mine, mine.parent / "." / mine.name):
        said = ringback(import_command, *arguments, str(named), exit_code=2).output
        assert "would be overwritten" in " ".join(said.split())
    assert mine.read_text() == MINE


def test_rejected_rows_may_go_to_a_device_which_stays_one(ringback: Ringback, mine: Path) -> None:
    pipe = mine.parent / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        mapped = ("--map", "email=Mail at work", "--date-order", "day-first")
        ringback(import_command, str(mine), *mapped, "--rejects", str(pipe))
        assert b"Ringback: line" in os.read(reader, 100)
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_nothing_in_is_exit_code_1(ringback: Ringback, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("id,company,value\n1,A,abc\n")
    ringback(import_command, str(path), "--yes", exit_code=1)
    path.write_bytes(b"")
    assert "is empty" in ringback(import_command, str(path), exit_code=1).output


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("--map", "email"), "NAME=COLUMN"),
        (("--map", "fax=Fax"), "no field 'fax'"),
        (("--map", "email=Nope"), "no column 'Nope'"),
        (("--format", "excel"), "excel"),
    ],
)
def test_wrong_options_are_exit_code_2(
    ringback: Ringback, mine: Path, arguments: tuple[str, ...], hint: str
) -> None:
    assert hint in ringback(import_command, str(mine), *arguments, exit_code=2).output


def test_a_dry_run_says_so_and_stores_nothing(ringback: Ringback, installation: Installation) -> None:
    said = ringback(import_command, str(FILES / "pipedrive.csv"), "--dry-run").output
    assert "Would import" in said
    assert all_deals(installation) == []


def test_faults_beyond_a_screenful_are_only_counted(ringback: Ringback, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("id,company,value\n" + "1,A,abc\n" * 50)
    said = ringback(import_command, str(path), "--yes", exit_code=1).output
    assert said.count("is no amount") == 20
    assert "and more" in said


@pytest.mark.parametrize(
    ("question", "typed", "answer"),
    [
        (AmbiguousDatesError(Path("f.csv"), "lost on", "03/04/2025"), "maybe\nday-first\n", "date_order"),
        (UnconfirmedKeyError(Path("f.csv")), "y\n", "key_fallback"),
        (UnconfirmedMappingError(Path("f.csv"), [(Field.EMAIL, "Mail")], ["Colour"]), "y\n", "confirmed"),
    ],
)
def test_at_a_terminal_a_person_is_asked(question: QuestionError, typed: str, answer: str) -> None:
    given: list[ImportOptions] = []
    ask = click.Command("ask", callback=lambda: given.append(answered(question, ImportOptions())))

    assert CliRunner().invoke(ask, input=typed).exit_code == 0

    value: object = DateOrder.DAY_FIRST if answer == "date_order" else True
    assert given == [replace(ImportOptions(), **{answer: value})]  # type: ignore[arg-type]
    if answer != "date_order":
        assert CliRunner().invoke(ask, input="n\n").exit_code == 1


def test_owners_are_listed_and_mapped(ringback: Ringback, installation: Installation) -> None:
    assert "No import has named an owner" in ringback(owners_command).output
    with installation.database.writing() as session:
        add_user(session, "Sam Reed", email="sam@northwind.example")
        add_user(session, "Kimberly Lee", email="kim@northwind.example")
    ringback(import_command, str(FILES / "pipedrive.csv"))

    said = ringback(owners_command).output
    assert "Kim Lee        1 deal   nobody yet" in said
    assert "Sam Reed       2 deals  Sam Reed <sam@northwind.example>" in said  # mapped by itself

    ringback(owners_command, "map", "kim lee", "kim@northwind.example")
    assert "nobody yet" not in ringback(owners_command).output
    assert (
        "ringback owners" in ringback(owners_command, "map", "X", "kim@northwind.example", exit_code=1).output
    )


def test_reasons_are_listed_set_and_removed(ringback: Ringback) -> None:
    assert "price         too expensive" in ringback(reasons_command).output
    ringback(reasons_command, "set", "Zu teuer", "price")
    assert ringback(reasons_command).output.startswith("price         zu teuer\n")
    ringback(reasons_command, "remove", "zu teuer")
    assert "zu teuer" not in ringback(reasons_command).output
    assert "no rule" in ringback(reasons_command, "remove", "zu teuer", exit_code=1).output
    ringback(reasons_command, "set", "x", "weather", exit_code=2)


@pytest.mark.parametrize("number", ["0", "-1", "2147483648", "99999999999999", "99999999999999999999999"])
def test_there_is_no_import_of_a_number_that_none_can_have(ringback: Ringback, number: str) -> None:
    said = ringback(import_command, "--undo", number, exit_code=1).output
    assert f"There is no import {number}. See them with: ringback imports" in said


@pytest.mark.parametrize("content", ["", "deal_id,account\n", 'deal_id,account\n1,"Brightwell\n'])
def test_the_name_of_a_file_turns_no_letters(ringback: Ringback, tmp_path: Path, content: str) -> None:
    path = tmp_path / "de\u202eals\u200b.csv"
    path.write_text(content)
    answers = ("--yes", "--key", "fallback", "--date-order", "day-first")
    said = ringback(import_command, str(path), *answers, exit_code=1).output
    assert "deals" in said
    assert not {"\u202e", "\u200b"} & set(said)
