"""A file of rules about senders: KIND, WHAT and NOTE, a rule a line, by tabs or commas."""

from __future__ import annotations

import csv
import re
from io import StringIO
from typing import TYPE_CHECKING

from tracker.senders import MOST_RULES, SenderError, read_kind, read_rule, require_room, shown

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.ingest.senders import Rule

LONGEST_LINE = 600
"""Characters of a line: network or pattern, note, and what stands around them."""
MAX_BYTES = LONGEST_LINE * MOST_RULES
"""Of a full table, as long as its lines can be."""
FAULTS_SAID = 10
COLUMNS = 3
HEADINGS = ("kind", "what")
"""Some write the columns' names above them."""
_OTHER_SEPARATORS = re.compile(r"[;|:\s]")


def read_rules(path: Path) -> list[Rule]:
    """Read all rules of a file; a line that begins with # is a comment.

    An empty line is passed over, and so are headings.

    Raises:
        SenderError: something in it cannot be taken. The message names each line, its value and the reason.

    """
    rules: dict[str, tuple[int, Rule]] = {}
    faults = []
    for number, line in enumerate(_lines(_text(path)), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            cells = _cells(line)
            if tuple(cell.strip().lower() for cell in cells[: len(HEADINGS)]) == HEADINGS:
                continue
            rule = _rule(line, cells)
        except SenderError as error:
            faults.append(f"Line {number}: {error}.")
            continue
        first, _ = rules.setdefault(rule.what, (number, rule))
        if first != number:
            faults.append(f"Line {number}: {rule.what} stands in line {first} already: remove one of them.")
    if faults:
        more = [f"And {len(faults) - FAULTS_SAID} more."] if len(faults) > FAULTS_SAID else []
        said = "\n".join([*faults[:FAULTS_SAID], *more])
        msg = f"{path.name} is not taken, and the table is as it was.\n{said}"
        raise SenderError(msg)
    if not rules:
        msg = f"{path.name} holds no rule, and the table is as it was; `ringback senders remove` empties it"
        raise SenderError(msg)
    found = [rule for _, rule in rules.values()]
    require_room(found)
    return found


def _text(path: Path) -> str:
    if not path.is_file():
        msg = f"{path.name} is no regular file: save it first"
        raise SenderError(msg)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            msg = f"{path.name} is longer than a table of senders can be: is it the right file?"
            raise SenderError(msg)
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        msg = f"{path.name} is not text in UTF-8: save it as such"
        raise SenderError(msg) from None


def _lines(text: str) -> StringIO:
    """Part lines where files do; within a note, programs leave other characters that look like an end."""
    return StringIO(text, newline=None)


def _cells(line: str) -> list[str]:
    if len(line) > LONGEST_LINE:
        msg = (
            f"{shown(line)} goes on for {len(line):,} characters, and no rule has more than {LONGEST_LINE}:"
            " shorten it, or put each rule on a line of its own"
        )
        raise SenderError(msg)
    # A tab separates whatever else stands in the line: patterns may hold commas.
    return line.split("\t") if "\t" in line else _by_commas(line)


def _rule(line: str, cells: list[str]) -> Rule:
    if len(cells) > COLUMNS and any(cell.strip() for cell in cells[COLUMNS:]):
        msg = f"{shown(line)} has more than KIND, WHAT and NOTE: put what holds a comma into quotation marks"
        raise SenderError(msg)
    kind, what, note = (*cells, "", "")[:COLUMNS]
    try:
        return read_rule(read_kind(kind), what, note)
    except SenderError:
        _require_separators(line, cells)
        raise


def _require_separators(line: str, cells: list[str]) -> None:
    """Tell whoever parted a rule by something else what is taken."""
    first, *more = _OTHER_SEPARATORS.split(line.strip(), maxsplit=1)
    if len(cells) == 1 and more:
        try:
            read_kind(first)
        except SenderError:
            return
        msg = f"{shown(line)} is one column: put a comma or a tab between KIND, WHAT and NOTE"
        raise SenderError(msg)


def _by_commas(line: str) -> list[str]:
    try:
        return next(csv.reader([line], skipinitialspace=True, strict=True))
    except csv.Error as error:
        msg = f"{shown(line)} cannot be read ({error}): mend its quotation marks"
        raise SenderError(msg) from None
