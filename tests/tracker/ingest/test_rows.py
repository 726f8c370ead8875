"""Visits in hand: each once, changed in memory, written together."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select

from tests.alerts.scenes import add_browser, add_visit
from tests.builders import NOON, add_prospect, visit_row
from tracker.ingest.rows import find_visits, visits_in_hand
from tracker.models import State, Visit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@pytest.fixture
def dana(session: Session) -> Visit:
    return add_visit(session, add_prospect(session), at=NOON)


def stored(session: Session, visit_id: int) -> Visit:
    session.expire_all()
    return session.get_one(Visit, visit_id)


def test_who_asks_twice_gets_the_same_visit_as_it_was_changed(session: Session, dana: Visit) -> None:
    (first,) = find_visits(session, Visit.id == dana.id)
    first.points = 40
    (again,) = find_visits(session, Visit.prospect_id == dana.prospect_id)
    (looked_at,) = find_visits(session, Visit.id == dana.id, lock=False)
    assert again is first
    assert looked_at is first
    assert stored(session, dana.id).points == 0
    visits_in_hand(session).store()
    assert stored(session, dana.id).points == 40


def test_a_mere_look_writes_nothing(session: Session, dana: Visit) -> None:
    (visit,) = find_visits(session, Visit.id == dana.id, lock=False)
    visit.points = 40
    visits_in_hand(session).store()
    assert stored(session, dana.id).points == 0


def test_a_new_visit_gets_its_number_when_it_is_written_and_can_be_changed_after(session: Session) -> None:
    lee = add_prospect(session, name="Lee Wong")
    in_hand = visits_in_hand(session)
    template = Visit(
        prospect_id=lee.id, browser_id=add_browser(session, lee).id, started_at=NOON, last_at=NOON
    )
    template.site_id = add_visit(session, lee).site_id
    visit = visit_row(template)
    visit.id = 0
    in_hand.add(visit)
    in_hand.store()
    assert visit.id
    visit.state, visit.identity = State.STRONG, ["new browser"]
    in_hand.store()
    found = stored(session, visit.id)
    assert (found.state, found.identity, found.started_at) == (State.STRONG, ["new browser"], NOON)


def test_what_has_not_changed_is_not_written_again(session: Session, dana: Visit) -> None:
    told: list[str] = []
    (visit,) = find_visits(session, Visit.id == dana.id)
    visit.last_at += timedelta(minutes=1)
    in_hand = visits_in_hand(session)
    in_hand.store()

    @event.listens_for(session.connection(), "before_cursor_execute")
    def _note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        told.append(statement)

    in_hand.store()
    assert told == []


def test_what_is_others_to_say_is_left_as_they_said_it(session: Session, dana: Visit) -> None:
    """A rep's word, and what retention has blanked."""
    (visit,) = find_visits(session, Visit.id == dana.id)
    dana.not_theirs, dana.user_agent, dana.forgotten_at = True, "", NOON
    session.flush()
    visit.points, visit.pages = 7, 2
    visits_in_hand(session).store()
    found = stored(session, dana.id)
    assert (found.points, found.pages) == (7, 2)
    assert (found.not_theirs, found.user_agent, found.forgotten_at) == (True, "", NOON)


def test_they_come_in_the_order_in_which_they_are_locked(session: Session, dana: Visit) -> None:
    others = [add_visit(session, add_prospect(session, name=f"Person {number}")) for number in range(3)]
    ids = [visit.id for visit in find_visits(session, Visit.id > 0)]
    assert ids == [dana.id, *(visit.id for visit in others)]
    assert session.scalars(select(Visit.id).order_by(Visit.id)).all() == ids
