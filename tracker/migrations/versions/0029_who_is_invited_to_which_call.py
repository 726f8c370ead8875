"""Appointments as calendars know them, the mails that tell of them, and a way to the calls agreed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

AGREED = sa.text("post_mortem_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("prospect_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("uid", sa.String(200), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_prospect", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        _reference("invitations", "deal_id", "deals", ondelete="CASCADE"),
        _reference("invitations", "prospect_id", "prospects", ondelete="CASCADE"),
        _reference("invitations", "user_id", "users"),
        sa.UniqueConstraint("deal_id", "kind", name=op.f("uq_invitations_deal_id_kind")),
        sa.UniqueConstraint("uid", name=op.f("uq_invitations_uid")),
    )
    op.create_index("ix_invitations_prospect_id", "invitations", ["prospect_id"])
    op.create_table(
        "invitation_mails",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("to_prospect", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_invitation_mails")),
        _reference("invitation_mails", "message_id", "messages", ondelete="CASCADE"),
        _reference("invitation_mails", "invitation_id", "invitations", ondelete="CASCADE"),
    )
    op.create_index("ix_invitation_mails_invitation_id", "invitation_mails", ["invitation_id"])
    op.create_index(
        "ix_deals_agreed_post_mortem_at",
        "deals",
        ["post_mortem_at"],
        sqlite_where=AGREED,
        postgresql_where=AGREED,
    )


def _reference(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=ondelete)
