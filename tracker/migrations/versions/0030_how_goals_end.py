"""Whether a goal was reached, or given up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("goals", sa.Column("ended_as", sa.String(20), nullable=True))
