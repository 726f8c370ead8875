"""Cells of a CSV that a spreadsheet may open without running what they say. PURE."""

from __future__ import annotations

DANGEROUS_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")
"""A spreadsheet takes a cell that begins so for a formula, or strips the sign and then does."""
_STARTS = frozenset(DANGEROUS_STARTS)


def safe_cell(text: str) -> str:
    """Put a `'` before what a spreadsheet would run."""
    return f"'{text}" if text[:1] in _STARTS else text
