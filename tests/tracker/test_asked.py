"""Whom a filter finds by the state of their latest visit, and by what they asked for: true at any time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from tests.builders import NOON, add_deal, add_prospect
from tests.tracker.ingest.stories import KEYS
from tests.tracker.test_listing import add_visit
from tracker.by_hand.people import change_person, words_of
from tracker.listing import forget_addresses, relist
from tracker.models import DealStatus, ListingWord, Prospect, State, SuppressionKind
from tracker.people.rights import Reach
from tracker.people.scope import Scope, nothing_given
from tracker.relisting import relist_all, relist_lately
from tracker.segments.filter import Filter
from tracker.segments.matching import find
from tracker.signing import Signer
from tracker.suppression import lift, suppress

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database

SIGNER = Signer(KEYS)
ALL = Scope(Reach.ALL, 1, None, nothing_given)
KINDS = SuppressionKind


def found(session: Session, **said: str) -> list[str]:
    """Give the first names of those whom an address with these words finds."""
    wanted, wrong = Filter.read({"sort": "name"} | said)
    assert not wrong
    ids = find(session, wanted, ALL, NOON).ids
    return [session.get_one(Prospect, number).first_name for number in ids]


def ask(session: Session, person: Prospect, kind: SuppressionKind) -> None:
    suppress(session, SIGNER, [person.email or ""], kind, "a mail", NOON)


def add_people(session: Session, *names: str) -> list[Prospect]:
    people = [add_prospect(session, name=f"{name} Ortiz") for name in names]
    relist(session, [one.id for one in people], signer=SIGNER)
    return people


def test_each_is_found_by_why_no_mailing_goes_to_them(session: Session) -> None:
    _, both, dont, kim = add_people(session, "Dana", "Bo", "Cy", "Kim")
    nowhere = Prospect(first_name="No", name="No", created_at=NOON, contact_key="no")
    session.add(nowhere)
    add_deal(session, kim, status=DealStatus.OPEN)
    relist(session, [kim.id, nowhere.id], signer=SIGNER)
    for kind in (KINDS.UNSUBSCRIBED, KINDS.DO_NOT_TRACK):
        ask(session, both, kind)
    ask(session, dont, KINDS.DO_NOT_TRACK)
    named = ("yes", "unsubscribed", "do-not-track", "no-address", "not-lost")
    told = {mail: found(session, mail=mail) for mail in named}
    assert told == dict(zip(named, (["Dana"], ["Bo"], ["Cy"], ["No"], ["Kim"]), strict=True))


def test_a_wish_counts_at_once_and_so_does_its_end(session: Session) -> None:
    dana, _ = add_people(session, "Dana", "Kim")
    ask(session, dana, KINDS.DO_NOT_CALL)
    assert (found(session, alerts="held"), found(session, alerts="free")) == (["Dana"], ["Kim"])
    assert found(session, mail="yes") == ["Dana", "Kim"]
    lift(session, SIGNER, [dana.email or ""], KINDS.DO_NOT_CALL)
    assert found(session, alerts="held") == []


def test_wishes_follow_somebody_to_another_address(session: Session) -> None:
    (dana,) = add_people(session, "Dana")
    ask(session, dana, KINDS.UNSUBSCRIBED)
    words = replace(words_of(session, dana), email="new@brightwell.example")
    change_person(session, SIGNER, dana, words, NOON)
    assert found(session, mail="unsubscribed") == ["Dana"]
    lift(session, SIGNER, [words.email], KINDS.UNSUBSCRIBED)
    assert found(session, mail="yes") == ["Dana"]


def test_what_others_change_of_a_place_leaves_the_mark_of_the_address(session: Session) -> None:
    (dana,) = add_people(session, "Dana")
    ask(session, dana, KINDS.UNSUBSCRIBED)
    dana.name = "Dana Berg"
    assert relist(session, [dana.id]) == 1
    assert found(session, mail="unsubscribed", q="berg") == ["Dana"]


def test_p8_a_wish_outlives_the_person_and_finds_who_comes_back(session: Session) -> None:
    (dana,) = add_people(session, "Dana")
    ask(session, dana, KINDS.UNSUBSCRIBED)
    email = dana.email or ""
    session.execute(delete(Prospect).where(Prospect.id == dana.id))
    assert found(session, mail="unsubscribed") == []
    session.expunge_all()
    again = add_prospect(session, email=email)
    relist(session, [again.id], signer=SIGNER)
    assert found(session, mail="unsubscribed") == ["Dana"]


def test_addresses_without_a_mark_get_theirs_within_a_minute(database: Database) -> None:
    with database.writing() as session:
        dana, kim = add_people(session, "Dana", "Kim")
        ask(session, dana, KINDS.UNSUBSCRIBED)
        forget_addresses(session, [dana.id])
        assert found(session, mail="unsubscribed") == []
    assert relist_lately(database, NOON, SIGNER) == 1
    assert relist_lately(database, NOON, SIGNER) == 0
    with database.writing() as session:
        assert found(session, mail="unsubscribed") == ["Dana"]
        session.execute(delete(ListingWord).where(ListingWord.prospect_id == kim.id))
    assert relist_all(database, SIGNER) == 1


def test_a_filter_by_wishes_says_when_some_are_still_looked_up(session: Session) -> None:
    dana, _ = add_people(session, "Dana", "Kim")

    def looking_up(**said: str) -> bool:
        return find(session, Filter.read(said)[0], ALL, NOON).looking_up

    assert not looking_up(mail="yes")
    forget_addresses(session, [dana.id])
    assert looking_up(mail="yes")
    assert looking_up(alerts="free")
    assert not looking_up()


STATES = {
    State.STRONG: "confirmed",
    State.CONFIRMED: "confirmed",
    State.ENGAGED: "engaged",
    State.UNCONFIRMED: "unconfirmed",
    State.MACHINE: "machine",
    State.INTERNAL: "none",
}


@pytest.mark.parametrize("state", STATES)
def test_a_visit_of_whomever_is_found_within_a_minute(database: Database, state: State) -> None:
    with database.writing() as session:
        (dana,) = add_people(session, "Dana")
        add_visit(session, dana, state=state)
    relist_lately(database, NOON + timedelta(minutes=1))
    assert relist_lately(database, NOON + timedelta(minutes=1)) == 0
    with database.reading() as session:
        told = {word: found(session, state=word) for word in {*STATES.values()}}
    assert told == {word: ["Dana"] if word == STATES[state] else [] for word in told}


def test_a_visit_that_turns_out_to_be_a_machine_s_is_found_as_that(database: Database) -> None:
    with database.writing() as session:
        (dana,) = add_people(session, "Dana")
        add_visit(session, dana, NOON - timedelta(days=1))
        visit = add_visit(session, dana, NOON, state=State.UNCONFIRMED)
    for state, theirs in ((None, "unconfirmed"), (State.MACHINE, "machine"), (State.CONFIRMED, "confirmed")):
        with database.writing() as session:
            if state:
                session.add(visit)
                visit.state = state
        assert relist_lately(database, NOON + timedelta(minutes=1)) == 1
        with database.reading() as session:
            assert found(session, state=theirs) == ["Dana"]
            assert found(session, state=theirs, came="never") == []


def test_a_visit_that_was_somebody_else_s_says_nothing_of_them(session: Session) -> None:
    (dana,) = add_people(session, "Dana")
    add_visit(session, dana, NOON - timedelta(days=2), state=State.MACHINE)
    add_visit(session, dana, NOON, not_theirs=True)
    relist(session, [dana.id])
    assert found(session, state="machine") == ["Dana"]
    assert session.scalars(select(ListingWord.word).where(ListingWord.word.startswith("#"))).all() != []
