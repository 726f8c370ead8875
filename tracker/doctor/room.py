"""Is there room where the database's file is?"""

from __future__ import annotations

from pathlib import Path
from shutil import disk_usage
from typing import TYPE_CHECKING

from tracker.doctor.finding import Finding, ill, mind
from tracker.readiness import NEEDED_ROOM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.db import Database

LITTLE_ROOM = 1024 * 1024 * 1024
"""Bytes: some million page views, or a few days' time to make room on a busy site."""


def check_room(database: Database, little: int = LITTLE_ROOM, needed: int = NEEDED_ROOM) -> Iterator[Finding]:
    """Look at the disk of a SQLite file; a server's is not ours to see."""
    file = database.write_engine.url.database
    if not database.is_sqlite or not file:
        return
    folder = Path(file).parent
    free = disk_usage(folder).free
    said = f"{folder} has {free // 1024 // 1024:,} MB left"
    if free < needed:
        yield ill(f"{said}, so nothing that arrives can be kept: make room on that disk.")
    elif free < little:
        yield mind(f"{said}: make room on that disk before it is full.")
