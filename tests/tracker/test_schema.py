"""The migrations make the tables that the code knows, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, select, text

from tracker import db
from tracker.models import Base, Browser, Deal, Listing, PageView, Visit
from tracker.renewal import first_renewal
from tracker.schema import SchemaError, migrate, require_current, revisions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection
    from sqlalchemy.schema import SchemaItem

    from tracker.db import Database


ROWS_OF_0004 = """
INSERT INTO sites VALUES (1, 'k', 'n', '[]', '[]', 'api', 'consent', NULL);
INSERT INTO prospects (id, name, first_name, phone, country, job_title, time_zone, created_at)
    VALUES (1, '', '', '', '', '', '', '2026-03-10');
INSERT INTO browsers VALUES (1, 'b', 1, '2026-03-10', FALSE, FALSE, NULL);
INSERT INTO visits VALUES
    (1, 1, 1, 1, NULL, '2026-03-10', '2026-03-10', FALSE, '', '', '[]', 'confirmed', '[]', 0, 0, '[]');
INSERT INTO page_views VALUES (1, 'h', 1, '2026-03-10', 'u', '', '', '', 7000, 3000, 3000, 1, FALSE)
"""

REPORTS_OF_0006 = """
INSERT INTO users (id, email, name, role, time_zone, hours_start, hours_end, work_days)
    VALUES (1, 's@n.example', 'Sam', 'rep', 'UTC', 0, 1440, '1');
INSERT INTO browsers VALUES (2, 'c', 1, '2026-03-10', FALSE, FALSE, NULL);
INSERT INTO visits (id, prospect_id, browser_id, site_id, started_at, last_at, by_link, user_agent,
    address_hash, signs, state, state_reasons, points, intent, intent_reasons)
    SELECT 1 + browsers.id, 1, browsers.id, 1, '2026-03-11', '2026-03-11', FALSE, '', '', '[]', 'confirmed',
    '[]', 0, 0, '[]' FROM browsers;
INSERT INTO alerts (id, visit_id, prospect_id, user_id, decision, why, sentence, intent, tier, decided_at)
    SELECT id, id, 1, 1, 'call', '', '', 0, 'warm', '2026-03-11' FROM visits;
INSERT INTO outcomes (alert_id, prospect_id, user_id, kind, note, stops, at, undone_at) VALUES
    (1, 1, 1, 'wrong_person', '', '[]', '2026-03-12 00:00:00.000000', NULL),
    (3, 1, 1, 'wrong_person', '', '[]', '2026-03-12', '2026-03-13')
"""


LOST_BY_0022 = """
INSERT INTO deals (id, import_key, title, product, status, currency, outcome, closed_on, renewal_on, reason,
    competitor, notes, not_qualified, imported_at) SELECT column1, column1, '', '', 'lost', '', column2,
    CAST(column3 AS {day}), CAST(column4 AS {day}), '', '', '', FALSE, '2026-03-10' FROM (VALUES
    (1, 'chose_competitor', '2024-02-29', NULL), (2, 'chose_competitor', '2025-01-31', '2024-02-29'),
    (3, 'postponed', '2025-01-31', NULL), (4, 'chose_competitor', NULL, NULL), (5, NULL, NULL, '2027-12-31')
    ) AS lost;
INSERT INTO prospects (id, name, first_name, phone, country, job_title, time_zone, created_at)
    SELECT id, '', '', '', '', '', '', '2026-03-10' FROM deals;
INSERT INTO listings (prospect_id, name, deal_id, value, lost_day, reason_kind, competitor, seen, fades)
    SELECT id, '', id, 0, 0, '', '', 0, 0 FROM deals
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        opened = db.connect(f"sqlite:///{tmp_path / 'bare.db'}")
        yield opened
        opened.dispose()
        return
    admin = db.connect(request.getfixturevalue("postgres_url"))
    with admin.write_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE bare"))
        opened = db.connect(admin.write_engine.url.set(database="bare").render_as_string(hide_password=False))
        yield opened
        opened.dispose()
        connection.execute(text("DROP DATABASE bare"))
    admin.dispose()


def test_migrations_make_what_the_code_knows(bare: Database) -> None:
    migrate(bare)
    require_current(bare)
    with bare.read_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_told_by_the_code})
        assert compare_metadata(context, Base.metadata) == []
    migrate(bare)  # again: nothing to do


def is_told_by_the_code(item: SchemaItem, name: str | None, kind: str, *_more: object) -> bool:
    """Whether it is not a partition, nor of those keys that each partition has for itself."""
    if kind == "table":
        return not (name or "").startswith("page_views_")
    return bool(getattr(item, "table", None) is not PageView.__table__ or kind != "unique_constraint")


def test_page_views_from_before_they_had_parts_stay(bare: Database) -> None:
    """In steps, as an installation of that time was updated."""
    migrate(bare, "0004")
    with bare.writing() as session:
        for statement in ROWS_OF_0004.strip().split(";"):
            session.execute(text(statement))
    migrate(bare)
    with bare.reading() as session:
        (page,) = session.scalars(select(PageView))
    assert (page.hit_id, page.part, page.visible_ms, page.base_visible_ms) == ("h", 0, 7_000, 0)


def test_what_was_reported_to_be_somebody_else_s_is_so_still(bare: Database) -> None:
    """Such a report silenced the person before; one that was undone says nothing."""
    migrate(bare, "0004")
    with bare.writing() as session:
        for statement in ROWS_OF_0004.strip().split(";"):
            session.execute(text(statement))
    migrate(bare, "0006")
    with bare.writing() as session:
        for statement in REPORTS_OF_0006.strip().split(";"):
            session.execute(text(statement))
    migrate(bare)
    with bare.reading() as session:
        visits = select(Visit.browser_id, Visit.not_theirs).order_by(Visit.id)
        assert [tuple(row) for row in session.execute(visits)] == [(1, True), (1, True), (2, False)]
        unbound = select(Browser.id).where(Browser.unbound_at.is_not(None))
        assert session.scalars(unbound).all() == [1]


def test_lists_learn_when_contracts_renew_as_the_code_has_it_on_leap_days_too(bare: Database) -> None:
    migrate(bare, "0022")
    with bare.writing() as session:
        day = "TEXT" if bare.is_sqlite else "DATE"
        for statement in LOST_BY_0022.format(day=day).strip().split(";"):
            session.execute(text(statement))
    migrate(bare)
    with bare.reading() as session:
        rows = session.execute(
            select(Deal, Listing).join(Listing, Listing.deal_id == Deal.id).order_by(Deal.id)
        )
        stored = [(deal, listing.renews, listing.renews_from) for deal, listing in rows]
    firsts = [first_renewal(deal.outcome, deal.closed_on, deal.renewal_on) for deal, *_ in stored]
    assert firsts == [date(2025, 2, 28), date(2024, 2, 29), None, None, date(2027, 12, 31)]
    assert [(renews, since) for _, renews, since in stored] == [
        (first.month * 100 + first.day, first.toordinal()) if first else (0, 0) for first in firsts
    ]


@pytest.mark.parametrize("bare", ["postgresql"], indirect=True)
@pytest.mark.parametrize("before", ["0001", "0004", "0005"])
def test_no_step_is_cut_off_on_a_large_table_and_all_else_still_is(bare: Database, before: str) -> None:
    migrate(bare, before)
    seen = set()

    @event.listens_for(bare.write_engine, "before_cursor_execute")
    def see(connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        if statement.lstrip().startswith(("CREATE", "ALTER")):
            seen.add(connection.exec_driver_sql("SHOW statement_timeout").scalar_one())

    migrate(bare)
    assert seen == {"0"}
    with bare.reading() as session:
        assert session.execute(text("SHOW statement_timeout")).scalar_one() == "15s"


def test_tables_of_another_time_are_refused(bare: Database) -> None:
    with pytest.raises(SchemaError, match="ringback migrate"):
        require_current(bare)
    migrate(bare)
    with bare.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert revisions(bare)[0] == "9999"
    with pytest.raises(SchemaError, match="newer"):
        require_current(bare)
