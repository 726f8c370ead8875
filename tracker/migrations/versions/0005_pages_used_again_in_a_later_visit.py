"""Pages that were left open and used again in a later visit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("page_views", schema=None) as batch_op:
        batch_op.add_column(sa.Column("part", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("base_visible_ms", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("base_gesture_ms", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("base_bursts", sa.Integer(), nullable=False, server_default="0"))
        batch_op.drop_constraint(batch_op.f("uq_page_views_hit_id"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_page_views_hit_id_part"), ["hit_id", "part"])
