"""A file of rules about senders: KIND, WHAT and NOTE, a rule a line, by tabs or commas."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from tracker.senders import MOST_RULES, SenderError, read_kind, read_rule, require_room

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.ingest.senders import Rule

MAX_BYTES = 600 * MOST_RULES
"""Of a full table, as long as its lines can be."""
FAULTS_SAID = 10
COLUMNS = 3


def read_rules(path: Path) -> list[Rule]:
    """Read all rules of a file; a line that begins with # is a comment, an empty one is passed over.

    Raises:
        SenderError: something in it cannot be taken. The message names each line, its value and the reason.

    """
    rules: dict[str, tuple[int, Rule]] = {}
    faults = []
    for number, line in enumerate(_text(path).splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            rule = _rule(line)
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


def _rule(line: str) -> Rule:
    # A tab separates whatever else stands in the line: patterns may hold commas.
    cells = line.split("\t") if "\t" in line else _by_commas(line)
    if len(cells) > COLUMNS and any(cell.strip() for cell in cells[COLUMNS:]):
        msg = (
            f"{line.strip()!r} has more than KIND, WHAT and NOTE: put what holds a comma into quotation marks"
        )
        raise SenderError(msg)
    kind, what, note = (*cells, "", "")[:COLUMNS]
    return read_rule(read_kind(kind), what, note)


def _by_commas(line: str) -> list[str]:
    try:
        return next(csv.reader([line], skipinitialspace=True, strict=True))
    except csv.Error as error:
        msg = f"{line.strip()!r} cannot be read ({error}): mend its quotation marks"
        raise SenderError(msg) from None
