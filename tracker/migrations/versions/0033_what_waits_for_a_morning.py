"""What waits for somebody's morning mail is found without looking at all that was ever held."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

NAME, COLUMNS = "ix_alerts_unsent", ["user_id", "decided_at"]
UNSENT = sa.text(
    "message_id IS NULL AND sent_at IS NULL AND claimed_at IS NULL AND closed_at IS NULL"
    " AND (decision = 'digest' OR (decision = 'hold'"
    " AND why IN ('daily limit', 'outside working hours', 'rep away', 'too late to call')))"
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        op.create_index(NAME, "alerts", COLUMNS, sqlite_where=UNSENT)
        return
    with op.get_context().autocommit_block():
        op.drop_index(NAME, "alerts", if_exists=True)
        op.create_index(NAME, "alerts", COLUMNS, postgresql_where=UNSENT)
