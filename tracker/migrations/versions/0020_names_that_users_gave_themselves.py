"""Whether a user's name is one that they gave themselves: such a name says nothing of what they own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("named_self", sa.Boolean(), nullable=False, server_default=sa.false()))
