"""Hits are kept in an inbox before they are worked through, and visits know how many pages they have."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrival", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
    )
    op.add_column("visits", sa.Column("pages", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE visits SET pages = (SELECT count(*) FROM page_views WHERE page_views.visit_id = visits.id)"
    )
