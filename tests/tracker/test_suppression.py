"""Wishes to be left alone: three kinds, each with its source, kept as a keyed hash."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select

from tests.builders import NOON
from tracker.models import Suppression
from tracker.signing import Signer
from tracker.suppression import email_hash, lift, suppress, suppressed_kinds
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from tracker.db import Database

DANA, LEE = "Dana@brightwell.example", "lee@fernhill.example"
CALL, TRACK = SuppressionKind.DO_NOT_CALL, SuppressionKind.DO_NOT_TRACK


@pytest.fixture
def signer() -> Signer:
    return Signer(["Wq7vRt2LxZp9Kd4Ns8Bf6Hj3Mc5Gy1Tu"])


def test_each_wish_stands_alone_whatever_the_case(database: Database, signer: Signer) -> None:
    with database.writing() as session:
        assert suppress(session, signer, [DANA, LEE], CALL, "list", NOON) == 2
        assert suppress(session, signer, [DANA], TRACK, "mail", NOON) == 1

        kinds = suppressed_kinds(session, signer, ["DANA@BRIGHTWELL.EXAMPLE", LEE, "jo@x.example"])

    assert kinds == {"DANA@BRIGHTWELL.EXAMPLE": {CALL, TRACK}, LEE: {CALL}}


def test_no_address_is_stored(database: Database, signer: Signer) -> None:
    with database.writing() as session:
        suppress(session, signer, [DANA], CALL, "list", NOON)
        row = session.scalars(select(Suppression)).one()

    assert row.email_hash == email_hash(signer, DANA)
    assert "dana" not in row.email_hash
    other = Signer(["Tu1Gy5Mc3Hj6Bf8Ns4Kd9Zp2LxRt7vWq"])
    assert email_hash(other, DANA) != row.email_hash


def test_the_first_source_and_time_stay(database: Database, signer: Signer) -> None:
    with database.writing() as session:
        suppress(session, signer, [DANA], CALL, "told a rep", NOON)
        assert suppress(session, signer, [DANA], CALL, "list", NOON + timedelta(days=1)) == 0
        row = session.scalars(select(Suppression)).one()
        assert (row.source, row.at) == ("told a rep", NOON)


def test_a_wish_is_lifted_alone(database: Database, signer: Signer) -> None:
    with database.writing() as session:
        for kind in (CALL, TRACK):
            suppress(session, signer, [DANA], kind, "list", NOON)
        assert lift(session, signer, [DANA.upper(), LEE], CALL) == 1
        assert suppressed_kinds(session, signer, [DANA]) == {DANA: {TRACK}}


def test_long_lists_are_taken_whole(database: Database, signer: Signer) -> None:
    people = [f"p{number}@x.example" for number in range(5000)]
    with database.writing() as session:
        assert suppress(session, signer, people, CALL, "x" * 500, NOON) == 5000
        assert len(suppressed_kinds(session, signer, people)) == 5000
        assert lift(session, signer, people, CALL) == 5000


def test_nobody_is_nobody(database: Database, signer: Signer) -> None:
    with database.writing() as session:
        assert suppress(session, signer, [], CALL, "list", NOON) == 0
        assert lift(session, signer, [], CALL) == 0
        assert suppressed_kinds(session, signer, []) == {}


def test_what_others_say_meanwhile_is_not_counted(database: Database, signer: Signer) -> None:
    if database.is_sqlite:
        pytest.skip("one writes at a time")
    with database.writing() as session:
        suppress(session, signer, [LEE], CALL, "list", NOON)

    def others(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO suppressions"):
            with database.writing() as other:
                lift(other, signer, [LEE], CALL)

    event.listen(database.write_engine, "before_cursor_execute", others)
    try:
        with database.writing() as session:
            assert suppress(session, signer, [DANA], CALL, "preference page", NOON) == 1
    finally:
        event.remove(database.write_engine, "before_cursor_execute", others)
