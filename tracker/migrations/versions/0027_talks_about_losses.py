"""Talks about why a deal was lost, and debriefs of reps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "post_mortems",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("prospect_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("chose", sa.String(200), nullable=False),
        sa.Column("reason_kinds", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("why_not_us", sa.Text(), nullable=False),
        sa.Column("differently", sa.Text(), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("outside_look", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_mortems")),
        _reference("post_mortems", "deal_id", "deals", ondelete="CASCADE"),
        _reference("post_mortems", "prospect_id", "prospects", ondelete="CASCADE"),
        _reference("post_mortems", "user_id", "users"),
        sa.UniqueConstraint("deal_id", name=op.f("uq_post_mortems_deal_id")),
    )
    op.create_index("ix_post_mortems_prospect_id", "post_mortems", ["prospect_id"])
    op.create_table(
        "debriefs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debriefs")),
        _reference("debriefs", "deal_id", "deals", ondelete="CASCADE"),
        _reference("debriefs", "user_id", "users"),
        sa.UniqueConstraint("deal_id", "user_id", name=op.f("uq_debriefs_deal_id_user_id")),
    )
    op.create_index("ix_debriefs_user_id", "debriefs", ["user_id"])


def _reference(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=ondelete)
