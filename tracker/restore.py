"""Bringing a backup of an embedded installation back: checked first, and nothing is deleted."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from tracker import db
from tracker.backup import ABOUT, DATABASE, FORMAT, INBOX, find_damage
from tracker.errors import PlainError
from tracker.installation import KEYS_FILE
from tracker.schema import migrate

if TYPE_CHECKING:
    from tracker.backup import Places

SQLITE_LOCKS = (0x40000000, 512)
"""Offset and length of the bytes on which every process that has a SQLite file open holds a lock
(SQLite's file format, "locking"; with WAL for as long as the file is open)."""
UNREADABLE = (
    BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    EOFError,
    RuntimeError,
    zlib.error,
    sqlite3.DatabaseError,
)
"""What the libraries say of an archive that is none, or was cut, or rotted."""
COMPANIONS = ("-wal", "-shm", "-journal")


class RestoreError(PlainError):
    """The archive is no good, or what stands in its place must not be moved; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back."""

    made_at: datetime
    aside: Path | None
    """The folder that holds what stood there before, if anything did."""
    with_keys: bool


def restore(archive: Path, places: Places, now: datetime, *, replace: bool) -> Restored:
    """Put a backup's files in place, its tables brought up to what this release knows.

    With `replace`, what stands there is moved into a folder beside it.

    Raises:
        RestoreError: the archive is damaged or none; something stands there and `replace` is not set;
            or a process has it open.
        tracker.schema.SchemaError: the backup is of a newer release.
        OSError: the disk is full, or the folder may not be written.

    """
    folder = places.database.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_open(places)
    there = [path for path in _all_files(places) if path.exists()]
    if there and not replace:
        msg = (
            f"{there[0]} is there already. To bring the backup back all the same, add --replace: what is"
            " there is kept in a folder beside it."
        )
        raise RestoreError(msg)
    with TemporaryDirectory(prefix="restore-", dir=folder) as name:
        fresh = Path(name)
        made_at = _unpack(archive, fresh)
        aside = _move_aside(there, folder / f"before-restore-{now:%Y%m%d-%H%M%S}") if there else None
        with_keys = (fresh / KEYS_FILE).exists()
        if with_keys:
            places.keys.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.move(fresh / KEYS_FILE, places.keys)
        if (fresh / INBOX).exists():
            (fresh / INBOX).rename(places.inbox)
        (fresh / DATABASE).rename(places.database)
    return Restored(made_at, aside, with_keys)


def refuse_open(places: Places) -> None:
    """Make sure that no process has the files open.

    Raises:
        RestoreError: one does.

    """
    for path in (places.database, places.inbox):
        if not path.exists():
            continue
        with path.open("r+b") as file:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, SQLITE_LOCKS[1], SQLITE_LOCKS[0])
            except BlockingIOError as error:
                msg = f"Another process has {path} open: stop Ringback first, then restore."
                raise RestoreError(msg) from error


def _unpack(archive: Path, fresh: Path) -> datetime:
    """Unpack into an empty folder, look through it all, bring its tables up; gives when it was made."""
    try:
        with ZipFile(archive) as packed:
            about = json.loads(packed.read(ABOUT))
            if about["format"] != FORMAT:
                msg = f"{archive} was written by a newer Ringback: install that release, then restore."
                raise RestoreError(msg)
            for member in {DATABASE} | ({INBOX, KEYS_FILE} & set(packed.namelist())):
                _write(fresh / member, packed, member)
        made_at = datetime.fromisoformat(about["made_at"]).astimezone(UTC)
        damage = [found for file in fresh.glob("*.db") if (found := find_damage(file))]
    except UNREADABLE as error:
        msg = f"{archive} is no backup of Ringback's, or is damaged ({error}): take another one."
        raise RestoreError(msg) from error
    if damage:
        msg = f"{archive} holds a damaged database ({damage[0]}): take another backup."
        raise RestoreError(msg)
    database = db.connect(f"sqlite:///{fresh / DATABASE}")
    try:
        migrate(database)
    finally:
        database.dispose()
    return made_at


def _write(path: Path, packed: ZipFile, member: str) -> None:
    """Write one member for nobody else's eyes; its checksum is compared at its end."""
    with (
        packed.open(member) as source,
        os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
    ):
        shutil.copyfileobj(source, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())


def _move_aside(there: list[Path], aside: Path) -> Path:
    """Keep what stands there; a write-ahead log holds commits too, so it goes along under its name."""
    aside.mkdir(mode=0o700)
    for path in there:
        shutil.move(path, aside / path.name)
    return aside


def _all_files(places: Places) -> list[Path]:
    files = [places.keys, places.database, places.inbox]
    return files + [Path(f"{path}{end}") for path in files[1:] for end in COMPANIONS]
