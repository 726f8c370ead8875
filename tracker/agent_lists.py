"""Lists of user agents of which somebody knows the truth, and how the rules do on them."""

from __future__ import annotations

import csv
import gzip
import time
import zlib
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, TextIO

from tracker.errors import PlainError
from tracker.ingest.agents import judge_agent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

COLUMNS = ("label", "user_agent")
GZIP_MAGIC = b"\x1f\x8b"


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


class UnreadableListError(PlainError):
    """The file is no list of labelled user agents."""


def read_labelled(file: Path) -> Iterator[Labelled]:
    """Read a list of labelled user agents.

    Raises:
        UnreadableListError: it is empty, not text, cut off, or lacks a column.

    """
    try:
        with _opened(file) as text:
            yield from _rows(text, file.name)
    except (UnicodeDecodeError, csv.Error) as error:
        msg = f"{file.name} is not tab-separated text in UTF-8. Save the list as TSV and try again."
        raise UnreadableListError(msg) from error
    except (EOFError, OSError, zlib.error) as error:
        msg = f"{file.name} cannot be read to its end: {error}. Make or copy it again."
        raise UnreadableListError(msg) from error


def tally(rows: Sequence[Labelled]) -> dict[str, Tally]:
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
    header = next(lines, [])
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        msg = (
            f"{name} has no column {' and no column '.join(missing)}. Its first line must name both, by tabs."
        )
        raise UnreadableListError(msg)
    label, user_agent = (header.index(column) for column in COLUMNS)
    empty = True
    for fields in lines:
        if len(fields) <= max(label, user_agent):
            if not fields:
                continue
            msg = f"Line {lines.line_num} of {name} has too few columns. Mend or remove it."
            raise UnreadableListError(msg)
        empty = False
        yield Labelled(fields[label], fields[user_agent])
    if empty:
        msg = f"{name} lists no user agent. Give a file with at least one line below its first."
        raise UnreadableListError(msg)
