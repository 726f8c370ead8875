"""What is looked at of the past: enough to know people by, and no more however often they came."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from tests.alerts.scenes import add_browser, add_visit
from tests.builders import NOON, add_prospect, visit_row
from tracker.ingest.history import FIRST, LATEST, earlier_visits, history_of
from tracker.ingest.identity import NEW_BROWSER, Identities
from tracker.ingest.people import load_people
from tracker.models import Browser, State, Visit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Prospect

OFTEN = LATEST + 2 * FIRST


@pytest.fixture
def dana(session: Session) -> Prospect:
    return add_prospect(session)


def comes_often(session: Session, first: Visit, state: State = State.CONFIRMED) -> None:
    """Make `OFTEN` visits in the same browser, an hour after each other, until an hour before `NOON`."""
    values = {
        column.name: getattr(first, column.name) for column in Visit.__table__.columns if column.name != "id"
    }
    times = (NOON - timedelta(hours=hours) for hours in range(OFTEN, 0, -1))
    rows = [values | {"started_at": at, "last_at": at, "state": state} for at in times]
    session.execute(insert(Visit), rows)


def usual_browser(session: Session, dana: Prospect) -> Browser:
    """The browser in which Dana was confirmed first, and came often since."""
    browser = add_browser(session, dana)
    first = add_visit(session, dana, browser, at=NOON - timedelta(days=90))
    comes_often(session, first)
    return browser


def test_however_often_somebody_came_the_same_is_looked_at(session: Session, dana: Prospect) -> None:
    browser = usual_browser(session, dana)
    visit = visit_row(add_visit(session, dana, browser, at=NOON))
    past = earlier_visits(session, [visit])
    assert len(past) == LATEST - 1 + FIRST  # the visit itself is the latest
    history = history_of(earlier_visits(session, [visit]))
    assert history.was_confirmed_before(visit)
    assert history.before(visit)[0].started_at == NOON - timedelta(hours=1)


def test_whoever_comes_often_takes_nothing_from_others(session: Session, dana: Prospect) -> None:
    eli = add_prospect(session, name="Eli Okafor")
    known = add_browser(session, eli)
    add_visit(session, eli, known, at=NOON - timedelta(days=200))
    visits = [
        visit_row(add_visit(session, dana, usual_browser(session, dana), at=NOON)),
        visit_row(add_visit(session, eli, known, at=NOON)),
    ]
    history = history_of(earlier_visits(session, visits))
    assert len(history.before(visits[1])) == 1
    assert history.was_confirmed_before(visits[1])


def test_where_somebody_was_known_is_no_new_browser_after_a_hundred_visits_elsewhere(
    session: Session, dana: Prospect
) -> None:
    usual_browser(session, dana)
    phone, tablet = add_browser(session, dana), add_browser(session, dana)
    add_visit(session, dana, phone, at=NOON - timedelta(days=80))
    visits = [visit_row(add_visit(session, dana, browser, at=NOON)) for browser in (phone, tablet)]
    people = load_people(session, [dana.id]).values()
    known = Identities.load(session, visits, people, earlier_visits(session, visits))
    assert [known.odd(visit) for visit in visits] == [[], [NEW_BROWSER]]


def test_later_visits_are_none_of_an_earlier_one_s_past(session: Session, dana: Prospect) -> None:
    """As when what is stored is judged anew."""
    browser = add_browser(session, dana)
    before = add_visit(session, dana, browser, at=NOON - timedelta(days=91))
    visit = add_visit(session, dana, browser, at=NOON - timedelta(days=90))
    comes_often(session, visit)
    assert [past.visit_id for past in earlier_visits(session, [visit_row(visit)])] == [before.id]


def test_visits_of_somebody_else_do_not_count(session: Session, dana: Prospect) -> None:
    browser = add_browser(session, dana)
    add_visit(session, dana, browser, at=NOON - timedelta(days=1), not_theirs=True)
    visit = visit_row(add_visit(session, dana, browser, at=NOON))
    history = history_of(earlier_visits(session, [visit]))
    assert (history.before(visit), history.was_confirmed_before(visit)) == ([], False)
