"""Page views by month on PostgreSQL, and an index for visits that are to go.

The table as it is becomes the partition of the past, without a row being moved. Nothing long is done under a
lock that keeps anybody out: the rows are read while others write, and what then happens takes milliseconds.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import OperationalError

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

AHEAD = 3
"""Months made after this one."""
SLACK = timedelta(days=1)
"""The past ends with the month of so long after now: others still write while its end is being proven."""
PATIENCE = "500ms"
"""For the tables: less than the second after which PostgreSQL ends somebody's transaction over a deadlock."""
PAUSE_S = 0.5
TRIES = 5


def upgrade() -> None:
    forgotten = sa.text("forgotten_at IS NOT NULL")
    if op.get_bind().dialect.name != "postgresql":
        op.create_index("ix_visits_last_at_forgotten", "visits", ["last_at"], sqlite_where=forgotten)
        return
    with op.get_context().autocommit_block():
        # Each by itself, and each to be done again where the last try came to an end here.
        op.execute("DROP INDEX IF EXISTS ix_visits_last_at_forgotten")
        op.create_index("ix_visits_last_at_forgotten", "visits", ["last_at"], postgresql_where=forgotten)
        now, latest = op.get_bind().execute(sa.text("SELECT now(), max(at) FROM page_views")).one()
        end = _month(max(now, latest or now) + SLACK, 1)
        op.execute("ALTER TABLE page_views DROP CONSTRAINT IF EXISTS past")
        op.execute(f"ALTER TABLE page_views ADD CONSTRAINT past CHECK (at < '{end}') NOT VALID")
        op.execute("ALTER TABLE page_views VALIDATE CONSTRAINT past")
    _be_alone()
    _put_aside()
    _make_parent()
    if op.get_bind().execute(sa.text("SELECT EXISTS (SELECT FROM page_views_past)")).scalar_one():
        op.execute(
            f"ALTER TABLE page_views ATTACH PARTITION page_views_past FOR VALUES FROM (MINVALUE) TO ('{end}')"
        )
        op.execute("ALTER TABLE page_views_past DROP CONSTRAINT past")
        begin = end
    else:
        op.execute("DROP TABLE page_views_past")
        begin = _month(now, -1)
    while begin <= _month(now, AHEAD):
        _make_partition(f"{begin:%Y_%m}", f"FOR VALUES FROM ('{begin}') TO ('{_month(begin, 1)}')")
        begin = _month(begin, 1)
    _make_partition("default", "DEFAULT")


def _be_alone() -> None:
    """Lock both tables, in the order in which hits do; in several tries, between which others go on."""
    for left in reversed(range(TRIES)):
        try:
            with op.get_bind().begin_nested():
                op.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
                op.execute("LOCK TABLE visits IN ACCESS EXCLUSIVE MODE")
                op.execute("LOCK TABLE page_views IN ACCESS EXCLUSIVE MODE")
        except OperationalError:
            if not left:
                raise
            time.sleep(PAUSE_S)
        else:
            return


def _put_aside() -> None:
    op.execute("ALTER TABLE page_views RENAME TO page_views_past")
    op.execute("ALTER INDEX pk_page_views RENAME TO pk_page_views_past")
    op.execute("ALTER INDEX uq_page_views_hit_id_part RENAME TO uq_page_views_past_hit_id_part")
    op.execute("ALTER INDEX ix_page_views_visit_id RENAME TO ix_page_views_past_visit_id")


def _make_parent() -> None:
    op.execute(
        "CREATE TABLE page_views (LIKE page_views_past INCLUDING DEFAULTS,"
        " CONSTRAINT fk_page_views_visit_id_visits FOREIGN KEY (visit_id) REFERENCES visits (id)"
        " ON DELETE CASCADE) PARTITION BY RANGE (at)"
    )
    op.create_index("ix_page_views_visit_id", "page_views", ["visit_id"])
    op.execute("ALTER SEQUENCE page_views_id_seq OWNED BY page_views.id")


def _make_partition(name: str, bounds: str) -> None:
    op.execute(
        f"CREATE TABLE page_views_{name} PARTITION OF page_views ("
        f"CONSTRAINT pk_page_views_{name} PRIMARY KEY (id),"
        f" CONSTRAINT uq_page_views_{name}_hit_id_part UNIQUE (hit_id, part)) {bounds}"
    )


def _month(at: datetime, later: int) -> datetime:
    """Give the beginning of the month so many months after a moment's, UTC."""
    month = at.astimezone(UTC).year * 12 + at.astimezone(UTC).month - 1 + later
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
