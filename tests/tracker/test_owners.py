"""Owners' names, mapped once to the users behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.builders import add_account, add_deal, add_user
from tracker.models import OwnerName
from tracker.names import name_key
from tracker.owners import OwnerError, list_owners, map_by_itself, map_owner

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database


def add_name(session: Session, name: str) -> OwnerName:
    owner = OwnerName(name=name, name_key=name_key(name))
    session.add(owner)
    session.flush()
    return owner


def test_names_that_nobody_stands_behind_come_first_then_the_busiest(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session, "Sam Reed", email="sam@northwind.example")
        known, quiet, busy = (add_name(session, name) for name in ("Sam", "Kim", "Lee"))
        known.user_id = sam.id
        add_deal(session, owner=busy)
        add_deal(session, owner=known)
        add_account(session, owner=quiet)

        lines = list_owners(session)

    assert [(line.name, line.deals, line.accounts) for line in lines] == [
        ("Lee", 1, 0),
        ("Kim", 0, 1),
        ("Sam", 1, 0),
    ]
    assert (lines[-1].user_name, lines[-1].user_email) == ("Sam Reed", "sam@northwind.example")


def test_a_name_is_mapped_by_hand_whatever_its_case(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session, "Sam Reed", email="Sam@northwind.example")
        owner = add_name(session, "S. Reed (left)")

        assert map_owner(session, "s. reed  (LEFT)", "sam@NORTHWIND.example") is sam
        assert owner.user_id == sam.id


def test_unknown_names_and_users_are_said(database: Database) -> None:
    with database.writing() as session:
        add_name(session, "Sam Reed")
        with pytest.raises(OwnerError, match="ringback owners"):
            map_owner(session, "Nobody", "sam@northwind.example")
        with pytest.raises(OwnerError, match="no user with the address"):
            map_owner(session, "Sam Reed", "sam@northwind.example")


def test_what_leaves_no_doubt_is_mapped_by_itself(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session, "Sam Reed", email="sam@northwind.example")
        kim = add_user(session, "Kim Lee", email="kim@northwind.example")
        for email in ("jo1@northwind.example", "jo2@northwind.example"):
            add_user(session, "Jo Smith", email=email)
        names = {
            name: add_name(session, name)
            for name in ("sam  reed", "kim@northwind.example", "Jo Smith", "K. L.", "Stranger")
        }

        assert map_by_itself(session, [("K. L.", "KIM@northwind.example")]) == 3

        found = {name: owner.user_id for name, owner in names.items()}
    assert found == {
        "sam  reed": sam.id,
        "kim@northwind.example": kim.id,
        "Jo Smith": None,  # two users have this name
        "K. L.": kim.id,
        "Stranger": None,
    }


def test_a_mapping_by_hand_is_not_taken_back(database: Database) -> None:
    with database.writing() as session:
        add_user(session, "Sam Reed", email="sam@northwind.example")
        heir = add_user(session, "Kim Lee", email="kim@northwind.example")
        owner = add_name(session, "Sam Reed")
        map_owner(session, "Sam Reed", "kim@northwind.example")

        assert map_by_itself(session) == 0
        assert owner.user_id == heir.id


def test_a_name_that_somebody_gave_themselves_wins_nothing(database: Database) -> None:
    with database.writing() as session:
        add_user(session, "Jo Gone", email="sam@northwind.example", named_self=True)
        add_user(session, "Kim Lee", email="max@northwind.example", named_self=True)
        kim = add_user(session, "Kim Lee", email="kim@northwind.example")
        gone, hers = add_name(session, "Jo Gone"), add_name(session, "Kim Lee")

        assert map_by_itself(session) == 1
        assert (gone.user_id, hers.user_id) == (None, kim.id)
