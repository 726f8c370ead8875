"""Whether what arrives can be kept: asked often, answered at once, and never waited for."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from tests.front_door import database_away
from tracker import db
from tracker.readiness import LastLook, Trouble, trouble
from tracker.schema import is_older, migrate, revisions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.db import Database


@pytest.fixture
def stamped(database: Database) -> Iterator[Database]:
    """A database whose tables are on record as up to date."""
    _, head = revisions(database)
    with database.writing() as session:
        session.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32))"))
        session.execute(text("DELETE FROM alembic_version"))
        session.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
    yield database
    with database.writing() as session:
        session.execute(text("DROP TABLE alembic_version"))


def put_revision(database: Database, revision: str) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_a_database_that_can_be_written_to_is_ready(stamped: Database) -> None:
    assert trouble(stamped) is Trouble.NONE


def test_older_tables_are_not_ready_and_newer_ones_keep_running(stamped: Database) -> None:
    put_revision(stamped, "0001")
    assert trouble(stamped) is Trouble.TABLES
    put_revision(stamped, "9999")
    assert trouble(stamped) is Trouble.NONE


def test_a_database_that_cannot_commit_is_not_ready(stamped: Database, database_url: str) -> None:
    impatient = db.connect(database_url, busy_timeout_ms=50)
    try:
        with database_away(database_url):
            assert trouble(impatient) is Trouble.AWAY
        assert trouble(impatient) is Trouble.NONE
    finally:
        impatient.dispose()
        stamped.dispose()  # its connections were ended


def test_whoever_writes_to_a_sqlite_file_keeps_nobody_from_being_ready(tmp_path: Path) -> None:
    database = db.connect(f"sqlite:///{tmp_path / 'ringback.db'}")
    migrate(database)
    with database.writing():
        assert trouble(database) is Trouble.NONE
    database.dispose()


def test_no_tables_are_older_than_any() -> None:
    assert is_older(None)


def test_what_was_found_is_kept_for_a_while() -> None:
    answers = iter(["well"])
    kept = LastLook(lambda: next(answers), "late", kept_s=60)
    assert [kept.value() for _ in range(3)] == ["well"] * 3


def test_a_look_that_hangs_is_waited_for_once_and_not_repeated() -> None:
    goes_on, looks = threading.Event(), []

    def look() -> str:
        looks.append(1)
        goes_on.wait(20)
        return "well"

    hanging = LastLook(look, "late", kept_s=60, wait_s=0.05)
    assert [hanging.value() for _ in range(3)] == ["late"] * 3
    assert len(looks) == 1
    goes_on.set()
    answers = iter(hanging.value, "well")
    for _ in answers:
        pass
    assert len(looks) == 1


def test_a_look_that_fails_counts_as_late_and_is_tried_again() -> None:
    answers = iter([None, "well"])

    def look() -> str:
        answer = next(answers)
        if answer is None:
            raise RuntimeError
        return answer

    heard = threading.excepthook
    threading.excepthook = lambda _: None
    try:
        failing = LastLook(look, "late", kept_s=60)
        assert [failing.value(), failing.value()] == ["late", "well"]
    finally:
        threading.excepthook = heard
