"""Cells that a spreadsheet would run as a formula, and how to write them so that it does not. PURE."""

from __future__ import annotations

import re

_RUNS = re.compile(r"'*[=+\-@\t\r\x00]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\x00]")


def guard(text: str) -> str:
    """Put a `'` before what a spreadsheet would run; `unguard` gives every text back as it was."""
    return "'" + text if _RUNS.match(text) else text


def unguard(text: str) -> str:
    """Take the `'` away again."""
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text
