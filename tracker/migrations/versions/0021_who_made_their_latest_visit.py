"""Prospects are found by the state of their latest visit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

PORTION = 10_000
"""Prospects in one transaction: a second, in which only their own places in lists are held."""
# Who may be mailed is found by marks among the words, for which the key is needed: workers add them, in the
# minutes after.
LATEST = sa.text("""
UPDATE listings SET latest_state = COALESCE((
    SELECT state FROM visits WHERE visits.prospect_id = listings.prospect_id AND not_theirs = FALSE
    AND state <> 'internal' ORDER BY last_at DESC LIMIT 1), '')
WHERE prospect_id > :after AND prospect_id <= :upto
""")


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        op.add_column("listings", _column())
        _fill()
        return
    with op.get_context().autocommit_block():
        # Each by itself, and each to be done again where the last try came to an end here.
        op.add_column("listings", _column(), if_not_exists=True)
        _fill()


def _column() -> sa.Column[str]:
    return sa.Column("latest_state", sa.String(12), nullable=False, server_default="")


def _fill() -> None:
    last = op.get_bind().execute(sa.text("SELECT max(prospect_id) FROM listings")).scalar_one() or 0
    for after in range(0, last, PORTION):
        op.get_bind().execute(LATEST, {"after": after, "upto": after + PORTION})
