"""Who asked a rep to be left alone is remembered with the person, whatever becomes of the visit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

REPORTED = sa.text("""
INSERT INTO left_alone (prospect_id, kinds, source, at)
SELECT prospect_id, stops, 'told a rep (outcome ' || id || ')', at FROM outcomes
WHERE kind = 'stop' AND undone_at IS NULL
""")


def upgrade() -> None:
    op.create_table(
        "left_alone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prospect_id", sa.Integer(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_left_alone")),
        sa.ForeignKeyConstraint(
            ["prospect_id"],
            ["prospects.id"],
            name=op.f("fk_left_alone_prospect_id_prospects"),
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_left_alone_prospect_id", "left_alone", ["prospect_id"])
    op.execute(REPORTED)
