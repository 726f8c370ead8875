"""Lists of user agents of which somebody knows the truth, and how the rules do on them."""

from __future__ import annotations

import csv
import gzip
import time
import zlib
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TextIO

from tracker.errors import PlainError
from tracker.ingest.agents import judge_agent

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

COLUMNS = ("label", "user_agent")
GZIP_MAGIC = b"\x1f\x8b"
PORTION = 1_000
"""User agents held at once: so many that the clock's own time does not count, and memory stays flat."""


class Labelled(NamedTuple):
    """A user agent, and what somebody knows of its sender."""

    label: str
    user_agent: str


class Tally(NamedTuple):
    """What became of the user agents of one label."""

    n: int
    flagged: int
    """Taken for machines."""
    demoted: int
    """Of the rest: could not confirm a visit."""


class Done(NamedTuple):
    """How the rules did on a whole list."""

    counts: dict[str, Tally]
    """By label."""
    us_per_row: float


class UnreadableListError(PlainError):
    """The file is no list of labelled user agents."""


def read_labelled(file: Path) -> Iterator[Labelled]:
    """Read a list of labelled user agents.

    Raises:
        UnreadableListError: it is no regular file, empty, not text, cut off, or lacks a column.

    """
    # What another program writes into a pipe may never come, or never end.
    if not file.is_file():
        msg = f"{file} is no regular file. Save the list first and name that file."
        raise UnreadableListError(msg)
    try:
        with _opened(file) as text:
            yield from _rows(text, file.name)
    except UnicodeDecodeError as error:
        msg = f"{file.name} is not tab-separated text in UTF-8. Save the list as TSV and try again."
        raise UnreadableListError(msg) from error
    except (EOFError, OSError, zlib.error) as error:
        msg = f"{file.name} cannot be read to its end: {error}. Make or copy it again."
        raise UnreadableListError(msg) from error


def screen_list(rows: Iterable[Labelled]) -> Done:
    """Count and time verdicts on a list of any length, a portion at a time."""
    counts: dict[str, Tally] = {}
    rows, number, micros = iter(rows), 0, 0.0
    while portion := list(islice(rows, PORTION)):
        for label, each in tally(portion).items():
            before = counts.get(label, Tally(0, 0, 0))
            counts[label] = Tally(*(sum(pair) for pair in zip(before, each, strict=True)))
        micros += us_per_row(portion) * len(portion)
        number += len(portion)
    return Done(dict(sorted(counts.items())), micros / max(number, 1))


def tally(rows: Iterable[Labelled]) -> dict[str, Tally]:
    """Count verdicts by label."""
    n, flagged, demoted = Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        says = judge_agent(row.user_agent)
        n[row.label] += 1
        flagged[row.label] += bool(says.machine)
        demoted[row.label] += bool(says.demotion)
    return {label: Tally(n[label], flagged[label], demoted[label]) for label in sorted(n)}


def us_per_row(rows: Sequence[Labelled]) -> float:
    """Take the mean time of a verdict in microseconds, none of them remembered from before.

    Best asked after `tally`: a server that runs has its patterns' states in memory, too.
    """
    began = time.perf_counter()
    for row in rows:
        judge_agent(row.user_agent)
    return (time.perf_counter() - began) / len(rows) * 1e6


def _opened(file: Path) -> TextIO:
    with file.open("rb") as begun:
        packed = begun.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    if packed:
        return gzip.open(file, "rt", encoding="utf-8-sig", newline="")
    return file.open(encoding="utf-8-sig", newline="")


def _rows(text: TextIO, name: str) -> Iterator[Labelled]:
    # User agents may hold quotation marks of their own: none is a quotation of the format.
    lines = csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE)
    fields = _fields(lines, name)
    header = next(fields, [])
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        msg = (
            f"{name} has no column {' and no column '.join(missing)}. Its first line must name both, by tabs."
        )
        raise UnreadableListError(msg)
    label, user_agent = (header.index(column) for column in COLUMNS)
    empty = True
    for row in fields:
        if len(row) <= max(label, user_agent):
            if not row:
                continue
            msg = f"Line {lines.line_num} of {name} has too few columns. Mend or remove it."
            raise UnreadableListError(msg)
        empty = False
        yield Labelled(row[label], row[user_agent])
    if empty:
        msg = f"{name} lists no user agent. Give a file with at least one line below its first."
        raise UnreadableListError(msg)


def _fields(lines: Reader, name: str) -> Iterator[list[str]]:
    try:
        yield from lines
    except csv.Error as error:
        msg = (
            f"Line {lines.line_num} of {name} has a field that is too long, of more than"
            f" {csv.field_size_limit():,} characters. Mend or remove it; fields stand between tabs, and no"
            " quotation mark encloses any."
        )
        raise UnreadableListError(msg) from error
