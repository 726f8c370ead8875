"""Prospects are found by the state of their latest visit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# Who may be mailed is found by marks among the words, for which the key is needed: workers add them, in the
# minutes after.
LATEST = """
UPDATE listings SET latest_state = COALESCE((
    SELECT state FROM visits WHERE visits.prospect_id = listings.prospect_id AND not_theirs = FALSE
    AND state <> 'internal' ORDER BY last_at DESC LIMIT 1), '')
"""


def upgrade() -> None:
    op.add_column("listings", sa.Column("latest_state", sa.String(12), nullable=False, server_default=""))
    op.execute(LATEST)
