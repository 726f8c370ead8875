"""`ringback screen`: how the rules about user agents do on a list of which somebody knows the truth."""

from __future__ import annotations

import csv
import gzip
import json
import time
import zlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO

import click

from tracker.errors import PlainError
from tracker.ingest.agents import judge_agent

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = ("label", "user_agent")
GZIP_MAGIC = b"\x1f\x8b"


class Labelled(NamedTuple):
    """A user agent, and what somebody knows of its sender."""

    label: str
    user_agent: str


class UnreadableListError(PlainError):
    """The file is no list of labelled user agents."""


@click.command("screen")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def screen_command(file: Path) -> None:
    """Screen the user agents of FILE and print one line of JSON.

    FILE is tab-separated, plain or gzipped, with the columns `label` and `user_agent`; others do not
    matter. For every label: how many there are (n), how many are taken for machines (flagged), and how many
    of the rest could not confirm a visit (demoted). us_per_row is the mean time of a verdict in
    microseconds, none of them remembered from before.
    """
    try:
        rows = list(read_labelled(file))
    except UnreadableListError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(tell(rows), ensure_ascii=False))


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


def tell(rows: list[Labelled]) -> dict[str, object]:
    """Count verdicts by label, and take the time of an uncached verdict."""
    verdicts = [judge_agent(row.user_agent) for row in rows]
    # A second time for the clock: a server that runs has its patterns' states in memory, too.
    began = time.perf_counter()
    for row in rows:
        judge_agent(row.user_agent)
    took = time.perf_counter() - began
    n, flagged, demoted = Counter[str](), Counter[str](), Counter[str]()
    for row, says in zip(rows, verdicts, strict=True):
        n[row.label] += 1
        flagged[row.label] += bool(says.machine)
        demoted[row.label] += bool(says.demotion)
    counts = {
        label: {"n": n[label], "flagged": flagged[label], "demoted": demoted[label]} for label in sorted(n)
    }
    return {**counts, "us_per_row": round(took / len(rows) * 1e6, 2)}


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
