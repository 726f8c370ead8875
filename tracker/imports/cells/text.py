"""Words in cells: what counts as blank, and what is cut off. PURE."""

from __future__ import annotations

import re
from unicodedata import category

from tracker.imports.cells.fault import CellError

BLANKS = frozenset(
    {"", "-", "--", "\u2013", "\u2014", "n/a", "na", "none", "null", "(blank)", "#n/a", "(none)"}
)
"""Casefolded; what people and programs write where there is nothing to write."""
_LONGEST_BLANK = max(map(len, BLANKS))
_UNTOLD = BLANKS | {
    "?",
    "tbd",
    "unknown",
    "not known",
    "not specified",
    "not provided",
    "unspecified",
    "no competitor",
    "nobody",
    "no one",
    "other",
}
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Invisible, or turning the direction of what stands beside them: no part of anybody's name."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode categories of what nobody sees: controls, marks of direction and of width, halves of letters."""
_YES = frozenset({"yes", "y", "true", "1", "x", "ja", "oui"})
_NO = frozenset({"no", "n", "false", "0", "nein", "non"})


def clean(cell: str) -> str:
    """Give a cell without invisible characters and the spaces around it; a blank is empty."""
    text = cell.strip()
    if not text.isprintable():
        text = _CONTROL.sub("", text).strip()
    return "" if len(text) <= _LONGEST_BLANK and text.casefold() in BLANKS else text


def shown(text: str) -> str:
    """Give a file's name, or what stands in a heading, on one line without what hides or turns letters."""
    seen = "".join(
        " " if char.isspace() else char for char in text if char.isspace() or category(char) not in _UNSEEN
    )
    return " ".join(seen.split())


def one_line(text: str, length: int | None = None) -> str:
    """Put a cleaned text on one line, and cut it to `length` characters if any are given."""
    if "  " in text or not text.isprintable():
        text = " ".join(text.split())
    return text[:length]


def told(text: str) -> str:
    """Give a reason or a competitor, or nothing when all it says is that nobody knows."""
    return "" if text.casefold().strip(" .") in _UNTOLD else text


def parse_reason(text: str) -> str:
    """Give a loss reason; *other* is one, *unknown* is none."""
    return text if text.casefold() == "other" else told(text)


def parse_yes(text: str) -> bool | None:
    """Read a yes or no; blank is neither.

    Raises:
        CellError: it says neither.

    """
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    if not word:
        return None
    msg = "is neither yes nor no"
    raise CellError(msg)
