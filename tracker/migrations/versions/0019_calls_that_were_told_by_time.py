"""Calls that were told are counted by week: an index that holds them alone, with what is counted by.

And whose alerts somebody got is known without a look at the alerts themselves.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    told = sa.text("decision = 'call'")
    op.create_index(
        "ix_alerts_told",
        "alerts",
        ["sent_at", "user_id", "visit_id", "deal_id"],
        sqlite_where=told,
        postgresql_where=told,
    )
    op.create_index(
        "ix_alerts_user_id_decision_decided_at_prospect_id",
        "alerts",
        ["user_id", "decision", "decided_at", "prospect_id"],
    )
    op.drop_index("ix_alerts_user_id_decision_decided_at", "alerts")
