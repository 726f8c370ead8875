"""A backup of an embedded installation: its SQLite files and its keys in one archive, made while it runs.

PostgreSQL brings its own tools for that; `docs/operations.md` says which.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy.engine import make_url

from tracker.db import beside
from tracker.errors import PlainError
from tracker.installation import KEYS_FILE

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.settings import Settings

DATABASE = "ringback.db"
INBOX = "ringback-inbox.db"
ABOUT = "backup.json"
"""The archive's members, and `KEYS_FILE`; what the files are called where they came from does not matter."""
FORMAT = 1
COMPRESSION = 1
"""zlib's fastest level: a database shrinks to a third, and the disk stays the slower part."""


class BackupError(PlainError):
    """There is nothing to back up, no place for it, or what there is cannot be read."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where an embedded installation keeps what must not be lost."""

    database: Path
    inbox: Path
    keys: Path


def places_of(settings: Settings) -> Places:
    """Name the files of an installation.

    Raises:
        BackupError: it keeps its data in PostgreSQL; the message names the tools for that.

    """
    address = make_url(settings.database)
    if address.get_backend_name() != "sqlite":
        shown = address._replace(drivername="postgresql", password=None).render_as_string()
        msg = (
            f"The data is in PostgreSQL, which is backed up by its own tools: `pg_dump --format=custom"
            f' --file=FILE "{shown}"`, and back by `pg_restore`. See docs/operations.md.'
        )
        raise BackupError(msg)
    return Places(
        Path(address.database or ""), Path(beside(address).database or ""), settings.data_dir / KEYS_FILE
    )


def back_up(places: Places, target: Path, now: datetime) -> int:
    """Write an archive of everything acknowledged before this call; gives its size in bytes.

    It is made apart, checked, and only then gets its name: `target` is whole or not there.

    Raises:
        BackupError: `target` is there already, there is no database yet, or its file is damaged.
        OSError: the disk is full, or the folder may not be written.

    """
    if target.exists():
        msg = f"{target} is there already and stays as it is: choose another name, or move it away."
        raise BackupError(msg)
    if not places.database.exists():
        msg = f"There is no database at {places.database} to back up: check RINGBACK_DATA_DIR."
        raise BackupError(msg)
    with TemporaryDirectory(prefix=f".{target.name}.", dir=target.absolute().parent) as name:
        draft = Path(name) / "archive"
        with (
            os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file,
            ZipFile(file, "w", ZIP_DEFLATED, compresslevel=COMPRESSION) as archive,
        ):
            # The inbox first: what leaves it meanwhile is in the database by then. The other way round
            # it would be in neither; in both it does no harm.
            for source, member in ((places.inbox, INBOX), (places.database, DATABASE)):
                if source.exists():
                    archive.write(_copy(source, Path(name) / member), member)
            if places.keys.exists():
                archive.write(places.keys, KEYS_FILE)
            archive.writestr(ABOUT, json.dumps({"format": FORMAT, "made_at": now.isoformat()}))
        _keep(draft)
        draft.rename(target)
    _keep(target.absolute().parent)
    return target.stat().st_size


def find_damage(file: Path) -> str:
    """Look through a whole SQLite file that nobody uses; gives what is wrong with it, or nothing.

    Raises:
        sqlite3.DatabaseError: it cannot even be read.

    """
    with closing(sqlite3.connect(file)) as connection:
        said = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    return "" if said == "ok" else " ".join(said.replace("***", "").split())


def _copy(source: Path, copy: Path) -> Path:
    """Copy a SQLite file as it stands at one moment, while others write to it, and look through the copy."""
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as live,
            closing(sqlite3.connect(copy)) as quiet,
        ):
            live.backup(quiet)  # in one step, hence of one moment; with WAL nobody waits for it
            quiet.execute("PRAGMA journal_mode=DELETE")  # one file, without companions
        damage = find_damage(copy)
    except sqlite3.OperationalError as error:
        msg = f"{source} cannot be read ({error}): run this as the user who runs Ringback."
        raise BackupError(msg) from error
    except sqlite3.DatabaseError as error:
        damage = str(error)
    if damage:
        msg = f"{source} is damaged ({damage}): no backup was made. Keep the last one; run `ringback check`."
        raise BackupError(msg)
    return copy


def _keep(path: Path) -> None:
    """Have a file, or a folder's names, on disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
