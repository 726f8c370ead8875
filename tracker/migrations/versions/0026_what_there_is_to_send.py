"""Content items, their topics, and what was sent to whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "content_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("url", sa.String(1000), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("added_by", sa.Integer()),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_items")),
        _reference("content_items", "added_by", "users"),
        sa.UniqueConstraint("url", name=op.f("uq_content_items_url")),
    )
    op.create_table(
        "content_topics",
        sa.Column("content_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("content_id", "topic", name=op.f("pk_content_topics")),
        _reference("content_topics", "content_id", "content_items", ondelete="CASCADE"),
    )
    op.create_index("ix_content_topics_topic_content_id", "content_topics", ["topic", "content_id"])
    op.create_table(
        "content_sent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content_id", sa.Integer(), nullable=False),
        sa.Column("prospect_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(20), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_sent")),
        _reference("content_sent", "content_id", "content_items", ondelete="CASCADE"),
        _reference("content_sent", "prospect_id", "prospects", ondelete="CASCADE"),
        _reference("content_sent", "user_id", "users"),
    )
    op.create_index("ix_content_sent_content_id", "content_sent", ["content_id"])
    op.create_index("ix_content_sent_prospect_id_at", "content_sent", ["prospect_id", "at"])


def _reference(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=ondelete)
