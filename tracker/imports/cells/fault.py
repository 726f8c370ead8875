"""A cell that cannot be read. PURE."""

from __future__ import annotations


class CellError(Exception):
    """Why a cell cannot be read, as the end of a sentence that begins with its value."""


class DateOrderError(CellError):
    """A date that may begin with the day or with the month, and nobody said with which."""
