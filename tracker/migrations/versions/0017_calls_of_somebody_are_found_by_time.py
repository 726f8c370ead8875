"""Somebody's calls of the last days are few among all that was decided: the index knows the decision, too."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    wanted = ["user_id", "decision", "decided_at"]
    op.create_index("ix_alerts_user_id_decision_decided_at", "alerts", wanted)
    op.drop_index("ix_alerts_user_id_decided_at", "alerts")
