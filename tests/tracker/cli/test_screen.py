"""`ringback screen`: the rules about user agents, measured on a list."""

from __future__ import annotations

import gzip
import json
import os
import tracemalloc
from itertools import islice
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tests.tracker.ingest.stories import PERSON
from tracker.agent_lists import PORTION, Labelled, screen_list, tally
from tracker.cli.screen import screen_command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORGED = PERSON.replace("142.0.0.0", "58.0.4711.1234")
LIST = (
    "label\tsources\tuser_agent\tnote\n"
    f"person\tours\t{PERSON}\t\n"
    f"person\tours\t{FORGED}\t\n"
    "bot\tours\tNorthwindbot/1.0\tof the office\n"
    'bot\tours\t"Mozilla/5.0\tbegins with a quotation mark\n'
)


def screen(file: Path) -> tuple[int, str]:
    result = CliRunner().invoke(screen_command, [str(file)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("text", [LIST, LIST.replace("\n", "\r\n"), "\ufeff" + LIST])
def test_verdicts_are_counted_by_label(tmp_path: Path, text: str, *, packed: bool) -> None:
    file = tmp_path / "list.tsv"
    raw = text.encode()
    file.write_bytes(gzip.compress(raw) if packed else raw)
    code, output = screen(file)
    found = json.loads(output)
    assert code == 0
    assert found.pop("us_per_row") > 0
    assert found == {
        "bot": {"n": 2, "flagged": 2, "demoted": 0},
        "person": {"n": 2, "flagged": 0, "demoted": 1},
    }


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "no column label and no column user_agent"),
        (b"label\tagent\nbot\tx\n", "no column user_agent"),
        (b"label\tuser_agent\n", "lists no user agent"),
        (b"label\tuser_agent\nbot\n", "Line 2 of list.tsv has too few columns"),
        (bytes(range(256)), "not tab-separated text in UTF-8"),
        (b"label\tuser_agent\nbot\t\xff\xfe\n", "not tab-separated text in UTF-8"),
        (b"\x00" * 4_000_000, "Line 1 of list.tsv has a field that is too long"),
        (
            b"label\tuser_agent\nbot\tx\nbot\t" + b"x" * 131_073,
            "Line 3 of list.tsv has a field that is too long",
        ),
        (b"label\tuser_agent\nus_per_row\tx\n", "The label us_per_row is taken"),
        (gzip.compress(LIST.encode())[:-12], "cannot be read to its end"),
        (b"\x1f\x8b\x08 no archive at all, whatever its first bytes say", "cannot be read to its end"),
    ],
)
def test_another_file_gets_a_sentence(tmp_path: Path, raw: bytes, says: str) -> None:
    file = tmp_path / "list.tsv"
    file.write_bytes(raw)
    code, output = screen(file)
    assert code == 1
    assert says in output
    assert output.count("\n") == 1


@pytest.mark.parametrize("fed", [False, True])
def test_a_pipe_is_not_waited_for(tmp_path: Path, *, fed: bool) -> None:
    pipe = tmp_path / "list.fifo"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(pipe, os.O_WRONLY)
    try:
        if fed:
            os.write(writer, LIST.encode())
        code, output = screen(pipe)
    finally:
        os.close(writer)
        os.close(reader)
    assert code == 1
    assert "list.fifo is no regular file. Save the list first" in output


def test_a_list_is_screened_a_portion_at_a_time() -> None:
    asked = 0

    def rows() -> Iterator[Labelled]:
        nonlocal asked
        for number in range(2 * PORTION + 1):
            asked = number
            yield Labelled(f"every {number % 2}", PERSON if number % 3 else "Northwindbot/1.0")

    everything = list(rows())
    done = screen_list(rows())
    assert done.counts == tally(everything)
    assert sum(each.n for each in done.counts.values()) == len(everything)
    assert done.us_per_row > 0
    first = screen_list(islice(rows(), PORTION))
    assert first.counts["every 0"].n == PORTION / 2
    assert asked == PORTION - 1


def test_memory_does_not_grow_with_the_list() -> None:
    def peak(number: int) -> int:
        tracemalloc.start()
        try:
            screen_list(Labelled("person", f"{PERSON} {each}") for each in range(number))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(PORTION)
    assert peak(6 * PORTION) < 2 * peak(PORTION)


def test_a_file_that_is_not_there_gets_a_sentence(tmp_path: Path) -> None:
    code, output = screen(tmp_path / "none.tsv")
    assert code == 2
    assert "does not exist" in output
