"""The audit log: it stands or falls with the change, says what changed, and keeps no copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.builders import NOON, add_user
from tracker.audit import COMMAND, SYSTEM, TEXT_LENGTH, What, by_user, entries, note, note_change
from tracker.models import AuditEntry, Thing, User
from tracker.people.recorded import changing
from tracker.words import Role

if TYPE_CHECKING:
    from tracker.db import Database


def test_who_did_what_is_read_newest_first(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session)
        note(session, COMMAND, "add", What(Thing.SITE, 1, after={"name": "Northwind"}), NOON)
        note(session, SYSTEM, "forget", What(Thing.PROSPECT), NOON)
        note(session, by_user(sam.id), "change", What(Thing.DEAL, 7), NOON)
    with database.reading() as session:
        told = entries(session, 10)
        assert [(one.who, one.entry.thing) for one in told] == [
            ("Sam Reed", Thing.DEAL),
            ("Ringback", Thing.PROSPECT),
            ("the command line", Thing.SITE),
        ]
        assert [one.entry.thing_id for one in entries(session, 10, AuditEntry.thing == Thing.SITE)] == [1]


def test_a_change_that_fails_is_not_on_record(database: Database) -> None:
    def fail() -> None:
        with database.writing() as session:
            user = add_user(session)
            with changing(session, COMMAND, user, NOON):
                user.role = Role.ADMIN
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.reading() as session:
        assert session.scalars(select(AuditEntry)).all() == []
        assert session.scalars(select(User)).all() == []


def test_only_what_differs_is_kept_and_only_so_much_of_it(database: Database) -> None:
    with database.writing() as session:
        what = What(Thing.USER, 1, {"name": "Sam", "role": "rep"}, {"name": "Sam", "role": "x" * 999})
        assert note_change(session, COMMAND, "change", what, NOON)
        assert not note_change(session, COMMAND, "change", What(Thing.USER, 1, {"a": 1}, {"a": 1}), NOON)
    with database.reading() as session:
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.before, entry.after) == ({"role": "rep"}, {"role": "x" * TEXT_LENGTH})
