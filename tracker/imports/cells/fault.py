"""A cell that cannot be read. PURE."""

from __future__ import annotations


class CellError(Exception):
    """Why a cell cannot be read, as the end of a sentence that begins with its value."""
