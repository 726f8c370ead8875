"""Links and sessions as rows: what is stored opens nothing, and two at once are one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from sqlalchemy import select

from tests.builders import NOON, add_user
from tests.tracker.ingest.stories import KEYS
from tracker.models import SignInLink, UserSession
from tracker.people.first_admin import TooLateError, first_address, make_first_admin
from tracker.people.sessions import find, hashed, start
from tracker.people.sign_in import KEPT, Entered, Refusal, ask, enter, make
from tracker.signing import Purpose, Signer
from tracker.words import Role

if TYPE_CHECKING:
    from tracker.db import Database

SIGNER = Signer(KEYS)
AT_ONCE = 6


def test_of_many_presses_at_the_same_moment_one_signs_in(database: Database) -> None:
    with database.writing() as session:
        user = add_user(session)
        ticket = ask(session, SIGNER, user.email, "a browser", NOON)
    assert ticket is not None

    def press(_: int) -> Entered | Refusal:
        with database.writing() as session:
            return enter(session, SIGNER, ticket.signed, "a browser", "", NOON)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(press, range(AT_ONCE)))
    assert answers.count(Refusal.USED) == AT_ONCE - 1
    with database.reading() as session:
        assert len(session.scalars(select(UserSession)).all()) == 1


def test_of_many_first_admins_at_the_same_moment_one_becomes_it(database: Database) -> None:
    signed = first_address(SIGNER, "", NOON).rpartition("/")[2]

    def become(number: int) -> bool:
        person = (f"Ada {number}", f"ada{number}@northwind.example", "UTC")
        try:
            with database.writing() as session:
                make_first_admin(session, SIGNER, signed, person, NOON, agent="")
        except TooLateError:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(become, range(AT_ONCE))) == 1


def test_what_is_stored_of_a_session_opens_none(database: Database) -> None:
    with database.writing() as session:
        user = add_user(session, role=Role.ADMIN)
        key, _ = start(session, user, "x" * 600, NOON)
    with database.reading() as session:
        row = session.scalars(select(UserSession)).one()
        assert key not in (row.key_hash, row.user_agent)
        assert find(session, row.key_hash, NOON) is None
        found = find(session, key, NOON)
        assert found is not None
        assert (found.user.id, len(row.user_agent)) == (user.id, 512)


def test_s1_a_link_for_another_purpose_signs_nobody_in(database: Database) -> None:
    with database.writing() as session:
        user = add_user(session)
        make(session, SIGNER, user, hashed("a browser"), NOON)
        key = session.scalars(select(SignInLink.key)).one()
        for purpose in set(Purpose) - {Purpose.SIGN_IN}:
            signed = SIGNER.sign(purpose, key, NOON)
            assert enter(session, SIGNER, signed, "a browser", "", NOON) == Refusal.UNKNOWN
        signed = SIGNER.sign(Purpose.SIGN_IN, key, NOON)
        assert isinstance(enter(session, SIGNER, signed, "a browser", "", NOON), Entered)


def test_old_links_are_deleted_when_new_ones_are_made(database: Database) -> None:
    with database.writing() as session:
        user = add_user(session)
        make(session, SIGNER, user, None, NOON - 2 * KEPT)
        make(session, SIGNER, user, None, NOON)
        assert len(session.scalars(select(SignInLink)).all()) == 1
