"""Clocks, room and the inbox: what a running installation is looked at for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update

from tests.builders import NOON
from tracker.doctor.clocks import check_database_clock
from tracker.doctor.finding import Level
from tracker.doctor.inbox import check_inbox
from tracker.doctor.room import check_room
from tracker.ingest.inbox import MOST_TRIES, Inbox
from tracker.models import InboxRow

if TYPE_CHECKING:
    from tracker.db import Database

MUCH = 1 << 62
"""Bytes that no disk has."""


def test_a_clock_two_minutes_off_the_database_s_is_said(database: Database) -> None:
    def late() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=120)

    assert list(check_database_clock(database, lambda: datetime.now(UTC))) == []
    said = [finding.sentence for finding in check_database_clock(database, late)]
    assert len(said) == (not database.is_sqlite)
    assert all("seconds ahead of the database's" in sentence for sentence in said)


def test_little_room_is_minded_and_none_is_ill(database: Database) -> None:
    assert list(check_room(database, little=0, needed=0)) == []
    levels = [
        finding.level
        for little, needed in ((MUCH, 0), (MUCH, MUCH))
        for finding in check_room(database, little=little, needed=needed)
    ]
    assert levels == ([Level.MIND, Level.ILL] if database.is_sqlite else [])


def test_what_nobody_works_through_and_what_was_set_aside_is_ill(database: Database) -> None:
    inbox = Inbox(database)
    inbox.keep([(NOON - timedelta(seconds=30), "x")])
    assert list(check_inbox(database, NOON)) == []
    inbox.keep([(NOON - timedelta(minutes=3), "y"), (NOON, "poison")])
    with database.inbox_engine.connect() as connection:
        connection.execute(update(InboxRow).where(InboxRow.arrival == "poison").values(tries=MOST_TRIES))
    late, aside = check_inbox(database, NOON)
    assert late.level is aside.level is Level.ILL
    assert "not worked through: 2, the oldest for 3 min" in late.sentence
    assert "`ringback serve` running?" in late.sentence
    assert "were set aside: 1." in aside.sentence
    assert "UPDATE inbox SET tries = 0" in aside.sentence
