"""A damaged, a locked and a large database: said in a sentence, and the rest is looked at all the same."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.builders import NOON, add_site
from tests.tracker.damage import damage
from tracker import db
from tracker.doctor.examination import Probes, examine
from tracker.doctor.finding import Finding, Level, well
from tracker.doctor.soundness import check_soundness, database_fault
from tracker.schema import migrate

if TYPE_CHECKING:
    from pathlib import Path

PROBES = Probes(
    broker=lambda _url: well("Broker."), smtp=lambda _settings: well("Mail."), snippet=lambda _origin: True
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file of an installation that was set up and then stopped."""
    file = tmp_path / "ringback.db"
    database = db.connect(f"sqlite:///{file}")
    migrate(database)
    database.dispose()
    list(examine({"RINGBACK_DATA_DIR": str(tmp_path)}, NOON, PROBES))
    return file


def checked(file: Path) -> list[Finding]:
    return list(examine({"RINGBACK_DATA_DIR": str(file.parent)}, NOON, PROBES))


def ill(file: Path) -> list[str]:
    return [finding.sentence for finding in checked(file) if finding.level is Level.ILL]


def test_a_whole_file_is_said_to_be(file: Path) -> None:
    assert well("The database's file is whole.") in checked(file)


def test_each_thing_that_cannot_be_read_is_one_finding_and_the_rest_is_looked_at(file: Path) -> None:
    damage(file, "visits", "deals", "hash_keys")
    said = ill(file)
    assert "The database's file is damaged" in said[0]
    assert "put your backup of it back" in said[0]
    assert [sentence for sentence in said if sentence.startswith("Imports cannot be looked at (")]
    assert [sentence for sentence in said if sentence.startswith("Visitors' headers cannot be looked at (")]
    assert not [sentence for sentence in said if sentence.startswith(("Sites", "Consent"))]
    assert all("\n" not in sentence and sentence.endswith(".") for sentence in said)


def test_a_value_that_is_none_of_ours_is_one_finding(file: Path) -> None:
    database = db.connect(f"sqlite:///{file}")
    with database.writing() as session:
        add_site(session)
        session.execute(text("UPDATE sites SET origins = '['"))
    database.dispose()
    said = ill(file)
    assert said
    assert all("cannot be looked at (" in sentence for sentence in said)


@pytest.mark.parametrize("content", [b"no database at all, " * 500, b"SQLite format 3\0" + b"\xff" * 8_000])
def test_what_is_no_database_is_said_to_be_damaged(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    [said] = ill(file)
    assert "damaged" in said


def test_who_holds_the_database_is_to_let_go(file: Path) -> None:
    database = db.connect(f"sqlite:///{file}", busy_timeout_ms=1)
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError) as caught, database.writing() as session:
            session.execute(text("DELETE FROM drops"))
    database.dispose()
    assert "Another process holds the database" in database_fault(database, caught.value).sentence


def test_a_large_file_is_looked_at_for_a_while(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE large (a, b)")
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000)"
            " INSERT INTO large SELECT i, hex(randomblob(20)) FROM n"
        )
        connection.execute("CREATE INDEX by_b ON large (b)")
        connection.commit()
    database = db.connect(f"sqlite:///{file}")
    [found] = check_soundness(database, look_s=0)
    assert found.level is Level.MIND
    assert "no damage was found within 0 seconds" in found.sentence
    [found] = check_soundness(database)
    assert found == well("The database's file is whole.")
    database.dispose()
