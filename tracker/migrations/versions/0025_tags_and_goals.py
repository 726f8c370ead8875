"""Tags, goals and interests of prospects."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tags",
        sa.Column("prospect_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(40), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("prospect_id", "tag", name=op.f("pk_tags")),
        _reference("tags", "prospect_id", "prospects", ondelete="CASCADE"),
        _reference("tags", "user_id", "users"),
    )
    op.create_index("ix_tags_tag_prospect_id", "tags", ["tag", "prospect_id"])
    op.create_table(
        "goals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prospect_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("topic", sa.String(60), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goals")),
        _reference("goals", "prospect_id", "prospects", ondelete="CASCADE"),
        _reference("goals", "user_id", "users"),
    )
    op.create_index("ix_goals_prospect_id", "goals", ["prospect_id"])
    op.create_index("ix_goals_topic_prospect_id", "goals", ["topic", "prospect_id"])


def _reference(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=ondelete)
