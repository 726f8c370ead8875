"""What came of a call stands on its alert's row, and an index holds it: a year is counted from that alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

PORTION = 50_000
"""Alerts in one transaction: a second, in which only those that were reported on are held."""
NO_CALLS = ("wrong_person", "not_them")
TOLD = ("sent_at", "user_id", "deal_id", "called_after_s", "reopened_at", "won_at", "decision")
ALERTS = sa.table(
    "alerts",
    *(sa.column(name, sa.Integer) for name in ("id", "visit_id", "called_after_s")),
    *(sa.column(name, sa.DateTime(timezone=True)) for name in ("reopened_at", "won_at")),
)
VISITS = sa.table("visits", sa.column("id", sa.Integer), sa.column("started_at", sa.DateTime(timezone=True)))
OUTCOMES = sa.table(
    "outcomes",
    sa.column("alert_id", sa.Integer),
    sa.column("kind", sa.String),
    *(sa.column(name, sa.DateTime(timezone=True)) for name in ("at", "undone_at")),
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        for column in _columns():
            op.add_column("alerts", column)
        _fill()
        _index()
        return
    with op.get_context().autocommit_block():
        # Each by itself, and each to be done again where the last try came to an end here.
        for column in _columns():
            op.add_column("alerts", column, if_not_exists=True)
        _fill()
        _index()


def _columns() -> tuple[sa.Column[object], ...]:
    moment = sa.DateTime(timezone=True)
    return (
        sa.Column("called_after_s", sa.Integer(), nullable=True),
        sa.Column("reopened_at", moment, nullable=True),
        sa.Column("won_at", moment, nullable=True),
    )


def _fill() -> None:
    last = op.get_bind().execute(sa.text("SELECT max(id) FROM alerts")).scalar_one() or 0
    for after in range(0, last, PORTION):
        op.get_bind().execute(_filled().where(ALERTS.c.id > after, ALERTS.c.id <= after + PORTION))


def _filled() -> sa.Update:
    stands = sa.and_(OUTCOMES.c.alert_id == ALERTS.c.id, OUTCOMES.c.undone_at.is_(None))

    def first(*kinds: str, but: tuple[str, ...] = ()) -> sa.ScalarSelect[object]:
        those = OUTCOMES.c.kind.not_in(but) if but else OUTCOMES.c.kind.in_(kinds)
        return sa.select(sa.func.min(OUTCOMES.c.at)).where(stands, those).scalar_subquery()

    began = sa.select(VISITS.c.started_at).where(VISITS.c.id == ALERTS.c.visit_id).scalar_subquery()
    wait = _seconds(first(but=NO_CALLS)) - _seconds(began)
    return (
        sa.update(ALERTS)
        .values(
            called_after_s=sa.case((wait < 0, 0), else_=wait),
            reopened_at=first("reopened"),
            won_at=first("won_back"),
        )
        .where(sa.exists(sa.select(1).where(stands)))
    )


def _seconds(at: sa.ScalarSelect[object]) -> sa.ColumnElement[int]:
    return sa.cast(sa.extract("epoch", at), sa.Integer)


def _index() -> None:
    told = sa.text("decision = 'call'")
    op.drop_index("ix_alerts_told", "alerts", if_exists=True)
    op.create_index("ix_alerts_told", "alerts", TOLD, sqlite_where=told, postgresql_where=told)
    for name in ("reopened_at", "won_at"):
        some = sa.text(f"{name} IS NOT NULL")
        op.create_index(
            f"ix_alerts_{name}",
            "alerts",
            [name],
            if_not_exists=True,
            sqlite_where=some,
            postgresql_where=some,
        )
