"""Backup and restore of an embedded installation, by the files."""

from __future__ import annotations

import sqlite3
import stat
import threading
import zipfile
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.builders import NOON
from tests.tracker.damage import damage
from tracker import db
from tracker.backup import DATABASE, INBOX, BackupError, Places, back_up, places_of
from tracker.installation import open_installation
from tracker.restore import RestoreError, refuse_open, restore
from tracker.schema import SchemaError, migrate
from tracker.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def begin(folder: Path) -> Places:
    """An installation that was set up and then stopped, with an inbox."""
    settings = Settings(data_dir=folder)
    opened = open_installation(settings)
    migrate(opened.database)
    opened.database.dispose()
    places = places_of(settings)
    for path in (places.database, places.inbox):
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("CREATE TABLE hits (id INTEGER PRIMARY KEY)")
    return places


def hits(file: Path) -> set[int]:
    with closing(sqlite3.connect(file)) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM hits")}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return begin(tmp_path / "here")


@contextmanager
def a_day_at_work(places: Places, kept: list[int]) -> Iterator[None]:
    """Hits are kept in the inbox, acknowledged in `kept`, and drained into the database, again and again."""
    over = threading.Event()

    def work() -> None:
        with (
            closing(sqlite3.connect(places.inbox, isolation_level=None)) as inbox,
            closing(sqlite3.connect(places.database, isolation_level=None)) as database,
        ):
            while not over.is_set():
                number = len(kept)
                inbox.execute("INSERT INTO hits VALUES (?)", (number,))
                kept.append(number)
                database.execute("INSERT INTO hits VALUES (?)", (number,))
                inbox.execute("DELETE FROM hits")

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_what_was_acknowledged_before_a_backup_under_load_is_in_it(places: Places, tmp_path: Path) -> None:
    kept: list[int] = []
    with a_day_at_work(places, kept):
        for number in range(5):
            while len(kept) < 40 * (number + 1):
                pass
            before = set(kept)
            back_up(places, tmp_path / f"{number}.backup", NOON)
            elsewhere = places_of(Settings(data_dir=tmp_path / f"there-{number}"))
            restore(tmp_path / f"{number}.backup", elsewhere, NOON, replace=False)
            assert before <= hits(elsewhere.database) | hits(elsewhere.inbox)


def test_the_keys_come_along_and_nobody_else_may_read_any_of_it(places: Places, tmp_path: Path) -> None:
    back_up(places, tmp_path / "backup", NOON)
    elsewhere = places_of(Settings(data_dir=tmp_path / "there"))
    done = restore(tmp_path / "backup", elsewhere, NOON, replace=False)
    assert done.made_at == NOON
    assert done.with_keys
    assert elsewhere.keys.read_text() == places.keys.read_text()
    for path in (tmp_path / "backup", elsewhere.keys, elsewhere.database, elsewhere.inbox):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    assert sorted(path.name for path in elsewhere.database.parent.iterdir()) == [
        "keys",
        "ringback-inbox.db",
        "ringback.db",
    ]


def test_a_backup_has_another_name_than_one_that_is_there(places: Places, tmp_path: Path) -> None:
    (tmp_path / "backup").write_text("last month's")
    with pytest.raises(BackupError, match="is there already and stays"):
        back_up(places, tmp_path / "backup", NOON)
    assert (tmp_path / "backup").read_text() == "last month's"


def test_of_a_damaged_database_no_backup_is_made(places: Places, tmp_path: Path) -> None:
    damage(places.database, "visits")
    with pytest.raises(BackupError, match="is damaged"):
        back_up(places, tmp_path / "backup", NOON)
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_a_folder_without_a_database_is_said(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="There is no database at"):
        back_up(places_of(Settings(data_dir=tmp_path)), tmp_path / "backup", NOON)


def test_postgresql_is_left_to_its_own_tools() -> None:
    with pytest.raises(BackupError, match="pg_dump --format=custom") as raised:
        places_of(Settings(database_url="postgresql+psycopg://ringback:secret@db/ringback"))
    assert "postgresql://ringback@db/ringback" in str(raised.value)


def test_what_stands_there_is_replaced_only_when_told_and_then_kept(places: Places, tmp_path: Path) -> None:
    back_up(places, tmp_path / "backup", NOON)
    with closing(sqlite3.connect(places.database)) as connection, connection:
        connection.execute("INSERT INTO hits VALUES (7)")
    with pytest.raises(RestoreError, match="add --replace"):
        restore(tmp_path / "backup", places, NOON, replace=False)
    assert hits(places.database) == {7}
    done = restore(tmp_path / "backup", places, NOON, replace=True)
    assert hits(places.database) == set()
    assert done.aside is not None
    assert hits(done.aside / "ringback.db") == {7}
    assert {path.name for path in done.aside.iterdir()} >= {"keys", "ringback-inbox.db"}


def test_a_copy_cut_short_or_rotten_changes_nothing(places: Places, tmp_path: Path) -> None:
    back_up(places, tmp_path / "backup", NOON)
    good = (tmp_path / "backup").read_bytes()
    bad = tmp_path / "bad"
    middle = len(good) // 2
    for content in (good[:middle], b"", good[:middle] + b"\xff" * 64 + good[middle + 64 :]):
        bad.write_bytes(content)
        with pytest.raises(RestoreError, match="is no backup of Ringback's, or is damaged"):
            restore(bad, places, NOON, replace=True)
    assert sorted(path.name for path in places.database.parent.iterdir()) == [
        "keys",
        "ringback-inbox.db",
        "ringback.db",
    ]


def test_a_backup_of_a_newer_release_is_refused(places: Places, tmp_path: Path) -> None:
    with closing(sqlite3.connect(places.database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    back_up(places, tmp_path / "backup", NOON)
    with pytest.raises(SchemaError, match="install the newer release"):
        restore(tmp_path / "backup", places, NOON, replace=True)
    assert places.database.exists()


def test_a_backup_from_before_there_was_an_inbox_is_good(places: Places, tmp_path: Path) -> None:
    places.inbox.unlink()
    back_up(places, tmp_path / "backup", NOON)
    with zipfile.ZipFile(tmp_path / "backup") as archive:
        assert DATABASE in archive.namelist()
        assert INBOX not in archive.namelist()
    assert restore(tmp_path / "backup", places, NOON, replace=True).aside


def test_files_that_nobody_has_open_may_be_moved(places: Places) -> None:
    database = db.connect(f"sqlite:///{places.database}")
    with database.reading():
        pass
    database.dispose()
    refuse_open(places)
