"""Whose alerts and reports there are is asked for by time: the page of today looks at the last days only."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_alerts_user_id_decided_at", "alerts", ["user_id", "decided_at"])
    op.drop_index("ix_alerts_user_id", "alerts")
    op.create_index("ix_outcomes_user_id_at", "outcomes", ["user_id", "at"])
