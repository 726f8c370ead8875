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
from tracker.cli.suppress import suppress_command
from tracker.imports import ImportOptions, QuestionError
from tracker.imports.cells.dates import DateOrder
from tracker.imports.errors import AmbiguousDatesError, UnconfirmedKeyError, UnconfirmedMappingError
from tracker.imports.fields import Field
from tracker.suppression import suppressed_kinds
from tracker.words import SuppressionKind

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


def kinds(installation: Installation, *emails: str) -> dict[str, set[SuppressionKind]]:
    with installation.database.reading() as session:
        return suppressed_kinds(session, installation.signer, emails)


def test_one_address_is_suppressed_and_lifted(ringback: Ringback, installation: Installation) -> None:
    ringback(suppress_command, "dana@b.example", "--kind", "do-not-call", "--source", "told Sam")
    assert kinds(installation, "dana@b.example") == {"dana@b.example": {SuppressionKind.DO_NOT_CALL}}
    ringback(suppress_command, "dana@b.example", "--kind", "do-not-call", "--lift")
    assert kinds(installation, "dana@b.example") == {}
    ringback(suppress_command, "dana", "--kind", "do-not-call", exit_code=2)


@pytest.mark.parametrize(
    "text",
    [
        "dana@b.example\nlee@f.example\nnobody\n",
        "Name;E-Mail\nDana;dana@b.example\nLee;lee@f.example\nNobody;\n",
        "dana@b.example,Dana\nlee@f.example,Lee\n,Nobody\n",
    ],
)
def test_a_list_is_suppressed_whatever_its_shape(
    ringback: Ringback, installation: Installation, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "unsubscribed.csv"
    path.write_text(text)

    said = ringback(suppress_command, str(path), "--kind", "unsubscribed").output

    assert "line" in said
    assert "2 newly recorded" in said
    assert len(kinds(installation, "dana@b.example", "lee@f.example")) == 2


def test_several_addresses_in_one_line_are_all_heard(
    ringback: Ringback, installation: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "unsubscribed.txt"
    path.write_text("dana@b.example, lee@f.example, \nkim@c.example,nobody@\n")

    said = ringback(suppress_command, str(path), "--kind", "unsubscribed").output

    assert "line 2: 'nobody@' is no e-mail address." in said
    assert len(kinds(installation, "dana@b.example", "lee@f.example", "kim@c.example")) == 3


LISTS_OF_FIVE = [
    """email,name
dana@b.example; lee@f.example,Dana
"kim@c.example, noor@d.example",Kim
sam@e.example,Sam
""",
    """email,Email 2,Name,email
dana@b.example,lee@f.example,Dana,kim@c.example
noor@d.example,,Noor,sam@e.example
""",
    """Name;Secondary e-mail;Work Email
Dana;dana@b.example;lee@f.example,kim@c.example
Noor;noor@d.example,;Sam <sam@e.example>
""",
    """Email
dana@b.example,lee@f.example
kim@c.example;noor@d.example
sam@e.example,SAM@e.example
""",
    """dana@b.example
lee@f.example; kim@c.example
noor@d.example,sam@e.example
""",
]


@pytest.mark.parametrize("text", LISTS_OF_FIVE)
def test_every_address_of_every_cell_and_column_is_heard(
    ringback: Ringback, installation: Installation, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "unsubscribed.csv"
    path.write_text(text)

    said = ringback(suppress_command, str(path), "--kind", "do-not-call").output

    assert "Addresses: 5. do-not-call: 5 newly recorded." in said
    assert "line" not in said
    all_five = [f"{name}.example" for name in ("dana@b", "lee@f", "kim@c", "noor@d", "sam@e")]
    assert len(kinds(installation, *all_five)) == 5


def test_what_may_hide_an_address_is_said(
    ringback: Ringback, installation: Installation, tmp_path: Path
) -> None:
    """A part that is none, and a row whose cells have slipped; a colleague's address is no prospect's."""
    path = tmp_path / "unsubscribed.csv"
    path.write_text(
        "email,name,owner email\ndana@b.example; lee,Dana,me@n.example\n"
        "kim@c.example,no@d.example,Kim,,z@z.example\n"
    )

    said = ringback(suppress_command, str(path), "--kind", "do-not-call").output

    assert "line 2: 'lee' is no e-mail address." in said
    assert "line 3: The row has 5 cells where the headings are 3" in said
    heard = kinds(installation, "dana@b.example", "kim@c.example", "z@z.example", "me@n.example")
    assert set(heard) == {"dana@b.example", "kim@c.example", "z@z.example"}


def test_several_addresses_as_one_argument_are_all_heard(
    ringback: Ringback, installation: Installation
) -> None:
    ringback(suppress_command, "dana@b.example, lee@f.example", "--kind", "do-not-call")
    assert len(kinds(installation, "dana@b.example", "lee@f.example")) == 2
    ringback(suppress_command, "dana@b.example, lee", "--kind", "do-not-track", exit_code=2)
    ringback(suppress_command, " ", "--kind", "do-not-track", exit_code=2)


def test_a_list_without_addresses_is_refused(ringback: Ringback, tmp_path: Path) -> None:
    path = tmp_path / "colours.csv"
    path.write_text("Colour,Size\nred,4\n")
    assert "Email" in ringback(suppress_command, str(path), "--kind", "unsubscribed", exit_code=1).output
    path.write_text("Email\nred\n")
    ringback(suppress_command, str(path), "--kind", "unsubscribed", exit_code=1)
    path.write_text("\n")
    ringback(suppress_command, str(path), "--kind", "unsubscribed", exit_code=1)
