"""Who was on the list for a campaign's mailing is remembered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign_recipients",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("prospect_id", sa.Integer(), nullable=False),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "prospect_id", name=op.f("pk_campaign_recipients")),
        _reference("campaign_id", "campaigns"),
        _reference("prospect_id", "prospects"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_campaign_recipients_prospect_id", "campaign_recipients", ["prospect_id"])


def _reference(column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_campaign_recipients_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete="CASCADE")
