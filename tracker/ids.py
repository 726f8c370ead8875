"""Numbers that somebody gives for a row's ID: for those that none can have, no database is asked. PURE."""

from __future__ import annotations

LARGEST_ID = 2**31 - 1
"""Of a row: what PostgreSQL's `integer` takes. It refuses a larger one instead of finding nothing."""


def is_id(number: int) -> bool:
    """Whether a row may have this ID."""
    return 0 < number <= LARGEST_ID
