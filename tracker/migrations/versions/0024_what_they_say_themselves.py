"""Interviews, what is learned of losses, and who agreed to hear of offers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(16), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("prospect_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asker", sa.String(200), nullable=False),
        sa.Column("gift", sa.String(200), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("willing", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interviews")),
        _reference("interviews", "deal_id", "deals", ondelete="CASCADE"),
        _reference("interviews", "prospect_id", "prospects", ondelete="CASCADE"),
        _reference("interviews", "made_by", "users"),
        sa.UniqueConstraint("key", name=op.f("uq_interviews_key")),
    )
    op.create_index("ix_interviews_deal_id", "interviews", ["deal_id"])
    op.create_index("ix_interviews_prospect_id", "interviews", ["prospect_id"])
    op.create_index(
        "ix_interviews_finished_at_ended_at_prospect_id",
        "interviews",
        ["finished_at", "ended_at", "prospect_id"],
    )
    op.create_table(
        "interview_answers",
        sa.Column("interview_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("keyed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("interview_id", "question", name=op.f("pk_interview_answers")),
        _reference("interview_answers", "interview_id", "interviews", ondelete="CASCADE"),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("prospect_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("reason_kind", sa.String(20)),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
        _reference("findings", "deal_id", "deals", ondelete="CASCADE"),
        _reference("findings", "prospect_id", "prospects", ondelete="CASCADE"),
    )
    op.create_index("ix_findings_deal_id", "findings", ["deal_id"])
    op.create_index("ix_findings_prospect_id", "findings", ["prospect_id"])
    op.create_index("ix_findings_source_source_id", "findings", ["source", "source_id"])
    op.create_table(
        "offer_consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prospect_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_consents")),
        _reference("offer_consents", "prospect_id", "prospects", ondelete="CASCADE"),
    )
    op.create_index("ix_offer_consents_prospect_id", "offer_consents", ["prospect_id"])


def _reference(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=ondelete)
