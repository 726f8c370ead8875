"""Passkeys as rows: whose they are, what they answer once, and what a copy of one betrays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.authenticator import PRESENT, Authenticator
from tests.builders import NOON, add_user
from tests.tracker.ingest.stories import KEYS
from tracker.audit import COMMAND, entries
from tracker.models import Passkey, SpentChallenge, User
from tracker.people.challenges import CHALLENGE_AGE, KEPT
from tracker.people.own_passkeys import (
    PASSKEYS_PER_PERSON,
    Answer,
    add_passkey,
    forget_ways,
    new_question,
    remove_passkey,
    rename_passkey,
)
from tracker.people.passkeys import Lock, PasskeyRefusal, enter_by_passkey, passkeys_of
from tracker.people.sessions import find
from tracker.people.sign_in import Entered
from tracker.signing import Signer
from tracker.ways_in import Party
from tracker.words import WayIn

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database

LOCK = Lock(Signer(KEYS), Party("localhost", "http://localhost"))
HERE, THERE = "this browser", "another browser"
AT_ONCE = 4


def adds(
    session: Session, user: User, device: Authenticator, browser: str = HERE, name: str = "Phone"
) -> Passkey | PasskeyRefusal:
    question = new_question(session, LOCK, user, browser, NOON)
    return add_passkey(session, LOCK, user, Answer(device.makes(question), HERE, name), NOON)


def enters(session: Session, answer: str, browser: str = HERE) -> Entered | PasskeyRefusal:
    return enter_by_passkey(session, LOCK, answer, browser, "Mozilla/5.0", NOON)


@pytest.fixture
def phone(database: Database) -> Authenticator:
    """Sam's, already added."""
    device = Authenticator()
    with database.writing() as session:
        adds(session, add_user(session), device)
    return device


def verbs(session: Session) -> list[str]:
    return [one.entry.verb for one in reversed(entries(session, 20))]


def test_a_passkey_is_added_and_signs_its_user_in(database: Database, phone: Authenticator) -> None:
    with database.writing() as session:
        entered = enters(session, phone.answers(LOCK.question(HERE, NOON)))
        assert isinstance(entered, Entered)
        found = find(session, entered.key, NOON)
        assert found is not None
        assert (found.user.name, found.way) == ("Sam Reed", WayIn.PASSKEY)
        (passkey,) = passkeys_of(session, found.user.id)
        assert (passkey.sign_count, passkey.used_at) == (1, NOON)
        assert verbs(session) == ["add passkey", "sign in"]


def test_what_a_browser_is_asked_names_nobody(database: Database, phone: Authenticator) -> None:
    assert 'allowCredentials": []' in LOCK.question(HERE, NOON)
    with database.reading() as session:
        sam = session.scalars(select(User)).one()
        assert sam.email.encode() not in LOCK.handle(sam.id)
        assert LOCK.handle(sam.id) != LOCK.handle(sam.id + 1)
    assert phone.handle


def test_one_answer_opens_once_even_of_a_passkey_that_does_not_count(database: Database) -> None:
    phone = Authenticator(counts=False)
    with database.writing() as session:
        adds(session, add_user(session), phone)
        answer = phone.answers(LOCK.question(HERE, NOON))
        assert isinstance(enters(session, answer), Entered)
        assert enters(session, answer) == PasskeyRefusal.STALE
        assert isinstance(enters(session, phone.answers(LOCK.question(HERE, NOON))), Entered)


def test_of_many_presses_at_the_same_moment_one_signs_in(database: Database) -> None:
    phone = Authenticator(counts=False)
    with database.writing() as session:
        adds(session, add_user(session), phone)
    answer = phone.answers(LOCK.question(HERE, NOON))

    def press(_: int) -> Entered | PasskeyRefusal:
        with database.writing() as session:
            return enters(session, answer)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(press, range(AT_ONCE)))
    assert answers.count(PasskeyRefusal.STALE) == AT_ONCE - 1


def test_an_answer_is_for_the_browser_that_was_asked_and_for_minutes(
    database: Database, phone: Authenticator
) -> None:
    old = NOON - CHALLENGE_AGE - timedelta(seconds=1)
    with database.writing() as session:
        assert enters(session, phone.answers(LOCK.question(HERE, NOON)), THERE) == PasskeyRefusal.STALE
        assert enters(session, phone.answers(LOCK.question(HERE, old))) == PasskeyRefusal.STALE
        forged = LOCK.question(HERE, NOON).replace('"challenge": "', '"challenge": "AA')
        assert enters(session, phone.answers(forged)) == PasskeyRefusal.STALE


def test_a_copy_betrays_itself_by_its_counter(database: Database, phone: Authenticator) -> None:
    twin = copy(phone)
    with database.writing() as session:
        for _ in range(2):
            assert isinstance(enters(session, phone.answers(LOCK.question(HERE, NOON))), Entered)
        assert enters(session, twin.answers(LOCK.question(HERE, NOON))) == PasskeyRefusal.COPIED
        told = entries(session, 1)[0].entry
        assert (told.verb, told.after) == ("sign-in refused", {"why": "counter went back"})


@pytest.mark.parametrize(
    "fault",
    [{"origin": "https://evil.example"}, {"party": "evil.example"}, {"flags": PRESENT}, {"handle": "AAAA"}],
)
def test_what_was_signed_elsewhere_or_without_knowing_its_user_opens_nothing(
    database: Database, phone: Authenticator, fault: dict[str, object]
) -> None:
    for name, value in fault.items():
        setattr(phone, name, value)
    with database.writing() as session:
        assert enters(session, phone.answers(LOCK.question(HERE, NOON))) == PasskeyRefusal.WRONG


def test_another_key_under_the_same_name_opens_nothing(database: Database, phone: Authenticator) -> None:
    thief = Authenticator(id=phone.id, handle=phone.handle)
    with database.writing() as session:
        assert enters(session, thief.answers(LOCK.question(HERE, NOON))) == PasskeyRefusal.WRONG
        stranger = Authenticator(handle=phone.handle)
        assert enters(session, stranger.answers(LOCK.question(HERE, NOON))) == PasskeyRefusal.UNKNOWN


@pytest.mark.parametrize(
    "sent", ["", "{}", "[]", "null", "x" * 20_000, '{"id": 1}', '{"id": "é", "rawId": "é"}']
)
def test_nonsense_opens_nothing_and_adds_nothing(database: Database, sent: str) -> None:
    with database.writing() as session:
        user = add_user(session)
        assert enters(session, sent) == PasskeyRefusal.WRONG
        assert add_passkey(session, LOCK, user, Answer(sent, HERE, "Phone"), NOON) == PasskeyRefusal.WRONG


def test_who_left_does_not_get_in(database: Database, phone: Authenticator) -> None:
    with database.writing() as session:
        session.scalars(select(User)).one().left_at = NOON
        assert enters(session, phone.answers(LOCK.question(HERE, NOON))) == PasskeyRefusal.UNKNOWN


def test_a_passkey_is_added_once_and_from_the_browser_that_was_asked(
    database: Database, phone: Authenticator
) -> None:
    with database.writing() as session:
        sam, priya = session.scalars(select(User)).one(), add_user(session, "Priya Nair")
        assert adds(session, sam, phone) == PasskeyRefusal.KNOWN
        assert adds(session, priya, phone) == PasskeyRefusal.KNOWN
        assert adds(session, priya, Authenticator(), THERE) == PasskeyRefusal.STALE
        assert adds(session, priya, replace(Authenticator(), flags=PRESENT)) == PasskeyRefusal.WRONG
        for _ in range(PASSKEYS_PER_PERSON - 1):
            assert isinstance(adds(session, sam, Authenticator()), Passkey)
        assert adds(session, sam, Authenticator()) == PasskeyRefusal.FULL


def test_one_names_and_removes_ones_own_alone(database: Database, phone: Authenticator) -> None:
    with database.writing() as session:
        sam, priya = session.scalars(select(User)).one(), add_user(session, "Priya Nair")
        (passkey,) = passkeys_of(session, sam.id)
        assert not rename_passkey(session, priya.id, passkey.id, "Mine", NOON)
        assert not remove_passkey(session, priya.id, passkey.id, NOON)
        assert rename_passkey(session, sam.id, passkey.id, "Work phone", NOON)
        assert rename_passkey(session, sam.id, passkey.id, "Work phone", NOON)
        assert remove_passkey(session, sam.id, passkey.id, NOON)
        assert enters(session, phone.answers(LOCK.question(HERE, NOON))) == PasskeyRefusal.UNKNOWN
        assert verbs(session) == ["add passkey", "rename passkey", "remove passkey"]


def test_what_somebody_lost_is_cleared_and_they_are_signed_out(
    database: Database, phone: Authenticator
) -> None:
    with database.writing() as session:
        entered = enters(session, phone.answers(LOCK.question(HERE, NOON)))
        assert isinstance(entered, Entered)
        sam = session.scalars(select(User)).one()
        assert forget_ways(session, COMMAND, sam, NOON) == 1
        assert find(session, entered.key, NOON) is None
        assert enters(session, phone.answers(LOCK.question(HERE, NOON))) == PasskeyRefusal.UNKNOWN
        assert verbs(session)[-2:] == ["clear passkeys", "end sessions"]


def test_challenges_that_were_answered_are_kept_for_minutes(database: Database, phone: Authenticator) -> None:
    with database.writing() as session:
        session.add(SpentChallenge(key="old", spent_at=NOON - 2 * KEPT))
        session.flush()
        enters(session, phone.answers(LOCK.question(HERE, NOON)))
        assert "old" not in session.scalars(select(SpentChallenge.key)).all()
