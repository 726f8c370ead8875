"""The name under which somebody owns what they note: never one that is, or may be, somebody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tests.builders import NOON, add_user
from tracker.by_hand.owners import own_name
from tracker.models import AuditEntry, OwnerName
from tracker.names import name_key

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.models import User


def stands_for(session: Session, name: str, user: User | None) -> OwnerName:
    owner = OwnerName(name=name, name_key=name_key(name), user_id=user.id if user else None)
    session.add(owner)
    session.flush()
    return owner


def test_it_is_the_name_that_an_admin_gave_them_and_is_put_on_record_once(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session, "Sam Reed")
        owner = own_name(session, sam.id, NOON)
        assert own_name(session, sam.id, NOON) is owner
        assert (owner.name, owner.name_key, owner.user_id) == ("Sam Reed", "sam reed", sam.id)
        (entry,) = session.scalars(select(AuditEntry))
        assert (entry.verb, entry.after) == ("map", {"owner": "Sam Reed", "user_id": sam.id})


def test_a_name_that_they_gave_themselves_is_not_what_they_own_by(database: Database) -> None:
    with database.writing() as session:
        gone = stands_for(session, "Jo Gone", None)
        sam = add_user(session, "Jo Gone", email="sam@northwind.example", named_self=True)
        assert own_name(session, sam.id, NOON).name == "sam@northwind.example"
        assert gone.user_id is None


def test_of_two_namesakes_each_owns_by_the_address(database: Database) -> None:
    with database.writing() as session:
        first, second = (add_user(session, "Jo Smith", email=f"jo{n}@northwind.example") for n in (1, 2))
        assert own_name(session, first.id, NOON).name == "jo1@northwind.example"
        assert own_name(session, second.id, NOON).name == "jo2@northwind.example"


def test_where_name_and_address_stand_for_others_there_is_still_a_name(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session, "Sam Reed", email="sam@northwind.example")
        kim = add_user(session, "Kim Berg")
        for name in ("Sam Reed", "sam@northwind.example", f"User {sam.id} (1) sam@northwind.example"):
            stands_for(session, name, kim)
        assert own_name(session, sam.id, NOON).name == f"User {sam.id} (2) sam@northwind.example"


def test_an_address_longer_than_a_name_may_be_is_no_obstacle(database: Database) -> None:
    with database.writing() as session:
        longest = [add_user(session, "Jo Smith", email=f"{'x' * 230}{n}@northwind.example") for n in (1, 2)]
        owners = {own_name(session, user.id, NOON).id for user in longest}
        assert len(owners) == 2
