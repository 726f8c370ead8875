"""Every alert a person worth calling: signs, bursts, identity, corrections, our own people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

VISITS_OF_OTHERS = """
    WITH reported AS (
        SELECT visits.browser_id, visits.prospect_id
        FROM outcomes JOIN alerts ON alerts.id = outcomes.alert_id JOIN visits ON visits.id = alerts.visit_id
        WHERE outcomes.kind = 'wrong_person' AND outcomes.undone_at IS NULL
    )
    UPDATE visits SET not_theirs = TRUE
    WHERE (browser_id, prospect_id) IN (SELECT browser_id, prospect_id FROM reported)
"""
"""Reports of the time when they silenced the person instead of telling whose browser it is."""
BROWSERS_OF_OTHERS = """
    WITH reported AS (
        SELECT visits.browser_id, visits.prospect_id, min(outcomes.at) AS at
        FROM outcomes JOIN alerts ON alerts.id = outcomes.alert_id JOIN visits ON visits.id = alerts.visit_id
        WHERE outcomes.kind = 'wrong_person' AND outcomes.undone_at IS NULL
        GROUP BY visits.browser_id, visits.prospect_id
    )
    UPDATE browsers SET unbound_at = reported.at FROM reported
    WHERE reported.browser_id = browsers.id AND reported.prospect_id = browsers.prospect_id
"""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sender_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender_rules")),
        sa.UniqueConstraint("what", name=op.f("uq_sender_rules_what")),
    )
    op.add_column("users", sa.Column("own_since", sa.DateTime(timezone=True), nullable=True))
    # Never by a new table in the place of the old one: on SQLite that deletes the rows that refer to it.
    op.drop_column("browsers", "forwarded")
    op.add_column("browsers", sa.Column("unbound_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "ALTER TABLE browsers ADD COLUMN own_user_id INTEGER"
        " CONSTRAINT fk_browsers_own_user_id_users REFERENCES users (id)"
    )
    op.create_index("ix_browsers_own_user_id", "browsers", ["own_user_id"])
    op.add_column("browsers", sa.Column("own_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("visits", sa.Column("burst", sa.String(60), nullable=False, server_default=""))
    op.add_column("visits", sa.Column("demoted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("visits", sa.Column("identity", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("visits", sa.Column("not_theirs", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(VISITS_OF_OTHERS)
    op.execute(BROWSERS_OF_OTHERS)
    op.create_index("ix_visits_browser_id_last_at", "visits", ["browser_id", "last_at"])
    op.drop_index("ix_visits_browser_id", "visits")
    op.create_index("ix_visits_address_hash_last_at", "visits", ["address_hash", "last_at"])
    op.add_column("page_views", sa.Column("landed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("alerts", sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("alerts", sa.Column("correction", sa.Text(), nullable=False, server_default=""))
    op.execute(
        "ALTER TABLE alerts ADD COLUMN correction_id INTEGER"
        " CONSTRAINT fk_alerts_correction_id_messages REFERENCES messages (id)"
    )
    op.create_index("ix_alerts_correction_id", "alerts", ["correction_id"])
