"""Many rows written by one statement come back as they went in, on either database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.alerts.scenes import add_browser, add_visit
from tests.builders import NOON, add_prospect, add_site
from tracker.models import State, Visit
from tracker.setwise import as_row, insert_rows, new_ids, update_rows

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  (theirs)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


def new_visit(session: Session, **fields: object) -> Visit:
    dana = add_prospect(session)
    return Visit(
        prospect_id=dana.id,
        browser_id=add_browser(session, dana).id,
        site_id=add_site(session).id,
        **({"started_at": NOON, "last_at": NOON, "signs": [], "state_reasons": [], "identity": []} | fields),
        intent_reasons=[{"name": "read", "points": 5, "sentence": 'Read "A", {b} and \\c'}],
    )


def written(session: Session, visit: Visit) -> Visit:
    (visit.id,) = new_ids(session, Visit, 1)
    insert_rows(session, Visit, [as_row(visit)])
    return session.scalars(select(Visit).where(Visit.id == visit.id)).one()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(agent=WORDS, signs=st.lists(WORDS, max_size=3), at=MOMENTS, by_link=st.booleans())
def test_whatever_is_written_is_read_again(
    database: Database, agent: str, signs: list[str], at: datetime, *, by_link: bool
) -> None:
    with database.writing() as session:
        visit = new_visit(session, user_agent=agent, signs=signs, started_at=at, by_link=by_link)
        found = written(session, visit)
        assert (found.user_agent, found.signs, found.started_at, found.by_link) == (agent, signs, at, by_link)
        assert found.intent_reasons == visit.intent_reasons
        assert (found.campaign_id, found.forgotten_at, found.state) == (None, None, State.UNCONFIRMED)


def test_only_the_columns_that_are_given_are_written(database: Database) -> None:
    with database.writing() as session:
        one, two, other = (written(session, new_visit(session, points=number)).id for number in (1, 2, 3))
        later = NOON + timedelta(minutes=4)
        session.get_one(Visit, two).not_theirs = True
        session.flush()
        update_rows(
            session,
            Visit,
            [
                {"id": one, "last_at": later, "state": State.STRONG, "signs": ["a"]},
                {"id": two, "last_at": NOON, "state": State.MACHINE, "signs": []},
            ],
        )
        session.expire_all()
        rows = [session.get_one(Visit, number) for number in (one, two, other)]
        assert [row.state for row in rows] == [State.STRONG, State.MACHINE, State.UNCONFIRMED]
        assert [row.last_at for row in rows] == [later, NOON, NOON]
        assert [row.signs for row in rows] == [["a"], [], []]
        assert [(row.points, row.not_theirs) for row in rows] == [(1, False), (2, True), (3, False)]


def test_ids_are_new_and_in_order_beside_those_that_the_session_makes(database: Database) -> None:
    with database.writing() as session:
        first = add_visit(session, add_prospect(session))
        ids = list(new_ids(session, Visit, 3))
        assert ids == sorted({*ids})
        assert first.id < ids[0]
        rows = [as_row(new_visit(session)) | {"id": number} for number in ids]
        insert_rows(session, Visit, rows)
        assert add_visit(session, add_prospect(session)).id > ids[-1]


def test_nothing_to_write_asks_nothing(database: Database) -> None:
    with database.writing() as session:
        insert_rows(session, Visit, [])
        update_rows(session, Visit, [])
        assert session.scalars(select(Visit)).all() == []
