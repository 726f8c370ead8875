"""Page views by month, on PostgreSQL: made, filled, moved, dropped, and how they came to be."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, event, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from tests.alerts.scenes import add_page, add_visit
from tests.builders import NOON, add_prospect
from tracker import db, months
from tracker.models import PageView, Visit
from tracker.months import DEFAULT, PAST, drop_months, make_months, missing, month_of, partitions, strays
from tracker.schema import migrate, revisions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.db import Database

MARCH, APRIL, MAY = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 4, 5))
FROM_FEBRUARY = [f"page_views_2026_{month:02d}" for month in range(2, 7)]
"""What is there in March: the month before, this one, and three more."""


@pytest.fixture
def bare(postgres_url: str) -> Iterator[Database]:
    """A PostgreSQL database without any table."""
    admin = db.connect(postgres_url)
    with admin.write_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE months"))
        opened = db.connect(
            admin.write_engine.url.set(database="months").render_as_string(hide_password=False)
        )
        yield opened
        opened.dispose()
        connection.execute(text("DROP DATABASE months"))
    admin.dispose()


@pytest.fixture
def march(bare: Database) -> Database:
    """An installation of March 2026, whatever the server's clock says."""
    migrate(bare)
    with bare.writing() as session:
        for part in partitions(session):
            if part.name != DEFAULT:
                session.execute(text(f"DROP TABLE {part.name}"))
    make_months(bare, NOON)
    return bare


def names(database: Database) -> list[str]:
    with database.reading() as session:
        return [part.name for part in partitions(session) if part.name != DEFAULT]


def where(database: Database) -> dict[str, str]:
    """Tell in which partition each page view is, by its hit."""
    with database.reading() as session:
        rows = session.execute(text("SELECT hit_id, CAST(tableoid AS regclass)::text FROM page_views"))
        return {hit_id: name for hit_id, name in rows}  # noqa: C416  (a row is no pair to a type checker)


def add_pages(database: Database, *moments: datetime) -> list[str]:
    """Add a visit of one page at each of these moments; gives the pages' ids of hits."""
    with database.writing() as session:
        person = add_prospect(session)
        pages = [add_page(session, add_visit(session, person, at=at, last_at=at), at=at) for at in moments]
        return [page.hit_id for page in pages]


def test_a_new_installation_has_this_month_its_neighbours_and_the_default(bare: Database) -> None:
    migrate(bare)
    with bare.reading() as session:
        now = session.scalars(text("SELECT now()").columns(Visit.last_at)).one()
        assert missing(session, now) == []
    assert names(bare) == [f"page_views_{month_of(now, later):%Y_%m}" for later in range(-1, 4)]


def test_months_are_made_ahead_once_and_hits_find_theirs(march: Database) -> None:
    assert names(march) == FROM_FEBRUARY
    assert make_months(march, NOON) == 0
    assert make_months(march, APRIL) == 1
    late_march, first_of_april = add_pages(march, APRIL - timedelta(microseconds=1), APRIL)
    assert where(march) == {late_march: "page_views_2026_03", first_of_april: "page_views_2026_04"}


def test_no_hit_is_refused_for_want_of_a_month_and_moves_there_when_it_is_made(march: Database) -> None:
    then = datetime(2026, 9, 30, 23, 59, tzinfo=UTC)
    before, early = add_pages(march, then, datetime(2025, 1, 1, tzinfo=UTC))
    assert set(where(march).values()) == {DEFAULT}
    with march.reading() as session:
        assert strays(session) == 2
    make_months(march, NOON)
    assert where(march) == {before: "page_views_2026_09", early: "page_views_2025_01"}
    assert names(march) == ["page_views_2025_01", *FROM_FEBRUARY, "page_views_2026_09"]


def test_a_page_view_that_turns_out_to_be_earlier_moves_to_its_month(march: Database) -> None:
    (hit_id,) = add_pages(march, APRIL)
    with march.writing() as session:
        page = session.scalars(select(PageView)).one()
        page.at = APRIL - timedelta(hours=1)
        session.flush()
        assert session.get_one(PageView, page.id) is page
        page.bursts = 7
    assert where(march) == {hit_id: "page_views_2026_03"}
    with march.reading() as session:
        assert session.scalars(select(PageView.bursts)).all() == [7]


def test_within_a_month_the_database_itself_refuses_a_part_that_is_there(march: Database) -> None:
    (hit_id,) = add_pages(march, NOON)
    with march.writing() as session:
        visit_id = session.scalars(select(Visit.id)).one()
        session.add(PageView(hit_id=hit_id, visit_id=visit_id, at=NOON + timedelta(days=1), url=""))
        with pytest.raises(IntegrityError, match="uq_page_views_2026_03"):
            session.flush()
        session.rollback()


def test_whole_months_are_dropped_and_what_is_left_is_as_it_was(march: Database) -> None:
    _, kept = add_pages(march, NOON, APRIL)
    assert drop_months(march, APRIL - timedelta(microseconds=1)) == ["page_views_2026_02"]
    assert drop_months(march, APRIL) == ["page_views_2026_03"]
    assert drop_months(march, APRIL) == []
    assert where(march) == {kept: "page_views_2026_04"}


def test_a_visit_takes_its_page_views_along_whatever_month_they_are_of(march: Database) -> None:
    add_pages(march, NOON, APRIL)
    with march.writing() as session:
        session.execute(delete(Visit))
    assert where(march) == {}


@pytest.mark.slow
def test_tables_in_use_are_left_for_the_next_run(march: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(months, "LOCK_TIMEOUT", "100ms")
    with march.writing() as session:
        session.execute(text("LOCK TABLE visits IN ROW EXCLUSIVE MODE"))
        with pytest.raises(OperationalError, match="lock timeout"):
            make_months(march, APRIL)
        with pytest.raises(OperationalError, match="lock timeout"):
            drop_months(march, MAY)
    assert (make_months(march, APRIL), len(drop_months(march, MAY))) == (1, 3)


def test_one_who_tends_the_months_is_enough(march: Database) -> None:
    with march.writing() as session:
        assert months._alone(session)
        assert (make_months(march, APRIL), drop_months(march, MAY)) == (0, [])


ROWS_OF_0008 = """
INSERT INTO sites VALUES (1, 'k', 'n', '[]', '[]', 'api', 'consent', NULL);
INSERT INTO prospects (id, name, first_name, phone, country, job_title, time_zone, created_at)
    VALUES (1, '', '', '', '', '', '', '2026-03-10');
INSERT INTO browsers (id, key, prospect_id, created_at, shared) VALUES (1, 'b', 1, '2026-03-10', FALSE);
INSERT INTO visits (id, prospect_id, browser_id, site_id, started_at, last_at, by_link, user_agent,
    address_hash, signs, state, state_reasons, points, intent, intent_reasons)
    SELECT n, 1, 1, 1, now() - n * interval '40 days', now(), FALSE, '', '', '[]', 'confirmed', '[]', 0, 0,
    '[]' FROM generate_series(0, 9) n;
INSERT INTO page_views (hit_id, visit_id, at, url, title, referrer, topic, visible_ms, bursts, driver)
    SELECT 'h' || id, id, started_at, '', '', '', '', 0, 0, FALSE FROM visits
"""


def add_rows_of_0008(database: Database) -> None:
    migrate(database, "0008")
    with database.writing() as session:
        for statement in ROWS_OF_0008.strip().split(";"):
            session.execute(text(statement))


def test_what_was_there_before_is_the_past_with_every_row(bare: Database) -> None:
    add_rows_of_0008(bare)
    migrate(bare)
    assert where(bare) == {f"h{n}": PAST for n in range(10)}
    with bare.writing() as session:
        visit = session.get_one(Visit, 9)
        now = visit.last_at
        end = next(part.end for part in partitions(session) if part.name == PAST)
        assert end == month_of(now + timedelta(days=1), 1)
        assert missing(session, now) == []
        session.add(PageView(hit_id="next", visit_id=9, at=end, url=""))
        session.add(PageView(hit_id="now", visit_id=9, at=now, url=""))
    assert where(bare)["next"] == f"page_views_{end:%Y_%m}"
    assert where(bare)["now"] == PAST
    with bare.writing() as session:
        assert sorted(session.scalars(select(PageView.id))) == list(range(1, 13))
        session.execute(delete(Visit).where(Visit.id == 9))
    assert sorted(where(bare)) == [f"h{n}" for n in range(9)]
    assert PAST in drop_months(bare, end)


def test_visits_go_on_being_stored_while_it_migrates(bare: Database) -> None:
    """In the statements of the release before, which is still running."""
    add_rows_of_0008(bare)
    stored: list[str] = []
    done = threading.Event()

    def go_on() -> None:
        while not done.is_set():
            hit_id = f"meanwhile-{len(stored)}"
            with bare.writing() as session:
                visit = session.get_one(Visit, 0, with_for_update={"key_share": True})
                last = session.scalars(select(PageView).join(Visit).order_by(PageView.id.desc())).first()
                visit.pages += 1
                session.add(PageView(hit_id=hit_id, visit_id=0, at=visit.last_at, url=""))
                if last is not None:
                    last.bursts += 1
            stored.append(hit_id)

    with ThreadPoolExecutor(1) as pool:
        going = pool.submit(go_on)
        try:
            migrate(bare)
        finally:
            done.set()
        going.result()
    assert stored
    assert set(where(bare)) == {f"h{n}" for n in range(10)} | set(stored)


@pytest.mark.slow
def test_a_migration_that_found_the_table_in_use_is_done_again(bare: Database) -> None:
    """It had come as far as the last step, for which nobody else may be there."""
    add_rows_of_0008(bare)
    with bare.read_engine.connect() as somebody:

        @event.listens_for(bare.write_engine, "before_cursor_execute")
        def come_in_between(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            if statement.startswith("LOCK TABLE visits") and not somebody.in_transaction():
                somebody.execute(text("SELECT FROM page_views"))

        with pytest.raises(OperationalError, match="lock timeout"):
            migrate(bare)
        event.remove(bare.write_engine, "before_cursor_execute", come_in_between)
    assert revisions(bare)[0] == "0008"
    migrate(bare)
    assert len(where(bare)) == 10
