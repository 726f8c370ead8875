"""Cells that a spreadsheet would run as a formula: guarded when written, and given back when read. PURE."""

from __future__ import annotations

from tracker.csv_cells import DANGEROUS_STARTS, safe_cell


def guard(text: str) -> str:
    """Put a `'` before what a spreadsheet would run; `unguard` gives every text back as it was."""
    return f"'{text}" if _is_guarded(text) else safe_cell(text)


def unguard(text: str) -> str:
    """Take the `'` away again."""
    return text[1:] if _is_guarded(text) else text


def _is_guarded(text: str) -> bool:
    return text.startswith("'") and text.lstrip("'").startswith(DANGEROUS_STARTS)
