"""A SQLite file as a failing disk leaves it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def damage(file: Path, *tables: str) -> None:
    """Overwrite the first page of each table and of its indexes; nobody may have the file open."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        [size] = connection.execute("PRAGMA page_size").fetchone()
        roots = connection.execute("SELECT tbl_name, rootpage FROM sqlite_master WHERE rootpage > 0")
        pages = [page for table, page in roots if table in tables]
    with file.open("r+b") as raw:
        for page in pages:
            raw.seek((page - 1) * size)
            raw.write(b"\xff" * size)
