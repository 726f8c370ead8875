"""What was said and decided in the review of a month; what follow-ups brought back is found by time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("doer_id", sa.Integer(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_notes")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_review_notes_user_id_users")),
        sa.ForeignKeyConstraint(["doer_id"], ["users.id"], name=op.f("fk_review_notes_doer_id_users")),
    )
    op.create_index("ix_review_notes_month", "review_notes", ["month"])
    back = sa.text("result IN ('reopened', 'won_back')")
    op.create_index(
        "ix_follow_ups_came_back", "follow_ups", ["done_at"], sqlite_where=back, postgresql_where=back
    )
