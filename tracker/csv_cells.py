"""Cells of a CSV that a spreadsheet may open without running what they say. PURE."""

from __future__ import annotations

DANGEROUS_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")
"""A spreadsheet takes a cell that begins so for a formula, or strips the sign and then does."""


def safe_cell(text: str) -> str:
    """Put a `'` before what a spreadsheet would run."""
    return f"'{text}" if text.startswith(DANGEROUS_STARTS) else text
