"""Follow-ups: what a rep is to do about a lost deal, and did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OPEN = sa.text("done_at IS NULL")


def upgrade() -> None:
    op.add_column("deals", sa.Column("hot_until", sa.Date()))
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("prospect_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("not_before", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("done_by", sa.Integer()),
        sa.Column("result", sa.String(20)),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("call_back_on", sa.Date()),
        _reference("deal_id", "deals", ondelete="CASCADE"),
        _reference("prospect_id", "prospects", ondelete="CASCADE"),
        _reference("user_id", "users"),
        _reference("done_by", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
    )
    op.create_index("ix_follow_ups_deal_id", "follow_ups", ["deal_id"])
    op.create_index("ix_follow_ups_prospect_id", "follow_ups", ["prospect_id"])
    for name, columns, unique in (
        ("ix_follow_ups_open_deal_id", ["deal_id"], True),
        ("ix_follow_ups_open_user_id_due_on", ["user_id", "due_on"], False),
    ):
        op.create_index(name, "follow_ups", columns, unique=unique, sqlite_where=OPEN, postgresql_where=OPEN)
    done = sa.text("done_at IS NOT NULL")
    op.create_index(
        "ix_follow_ups_done_by_done_at",
        "follow_ups",
        ["done_by", "done_at"],
        sqlite_where=done,
        postgresql_where=done,
    )


def _reference(column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_follow_ups_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=ondelete)
