"""Deals that were noted by hand, and for when the call about why was agreed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("deals", sa.Column("noted_at", moment, nullable=True))
    op.add_column("deals", sa.Column("post_mortem_at", moment, nullable=True))
