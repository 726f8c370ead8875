"""The fault table, in its order: each fault and the story that tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.faults.rows import web_killed

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.faults.house import House
    from bench.faults.verdict import Outcome

STORIES: tuple[tuple[str, Callable[[House], Outcome]], ...] = (
    ("kill -9 of web processes, PostgreSQL", web_killed.postgresql),
    ("kill -9 of web processes, SQLite", web_killed.sqlite),
)
