"""Evidence of who was there is forgotten after a while."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visits", sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True))
    not_yet = sa.text("forgotten_at IS NULL")
    op.create_index(
        "ix_visits_last_at_remembered", "visits", ["last_at"], sqlite_where=not_yet, postgresql_where=not_yet
    )
