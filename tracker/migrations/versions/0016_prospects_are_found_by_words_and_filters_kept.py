"""Prospects are found by words and sorted by what they lost and when they came; filters are kept."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Iterable

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

AT_ONCE = 2_000
HALF_LIFE = timedelta(days=14)
# What the code of this time makes of a prospect's rows; later code looks at everybody again within a day.
PEOPLE = """
SELECT p.id, p.name, p.email, a.name AS company, a.owner_name_id, v.last_at, v.intent
FROM prospects p LEFT JOIN accounts a ON a.id = p.account_id
LEFT JOIN visits v ON v.id = (
    SELECT id FROM visits WHERE prospect_id = p.id AND state IN ('engaged', 'confirmed', 'strong')
    AND not_theirs = FALSE ORDER BY last_at DESC LIMIT 1)
WHERE p.id > :last ORDER BY p.id LIMIT :many
"""
DEALS = """
SELECT l.prospect_id, d.id, d.status, d.title, d.value_minor, d.closed_on, d.reason_kind, d.competitor,
    d.owner_name_id, d.not_qualified
FROM deal_prospects l JOIN deals d ON d.id = l.deal_id WHERE l.prospect_id > :last AND l.prospect_id <= :until
ORDER BY d.id DESC
"""


def upgrade() -> None:
    letters = sa.String(100).with_variant(sa.String(100, collation="C"), "postgresql")
    word = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")
    listings = op.create_table(
        "listings",
        sa.Column("prospect_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", letters, nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=True),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("lost_day", sa.Integer(), nullable=False),
        sa.Column("reason_kind", sa.String(20), nullable=False),
        sa.Column("competitor", sa.String(200), nullable=False),
        sa.Column("owner_name_id", sa.Integer(), nullable=True),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("fades", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("prospect_id", name=op.f("pk_listings")),
        _reference("listings", "prospect_id", "prospects", "CASCADE"),
        _reference("listings", "deal_id", "deals", "SET NULL"),
        _reference("listings", "owner_name_id", "owner_names"),
    )
    words = op.create_table(
        "listing_words",
        sa.Column("prospect_id", sa.Integer(), nullable=False),
        sa.Column("word", word, nullable=False),
        sa.PrimaryKeyConstraint("prospect_id", "word", name=op.f("pk_listing_words")),
        _reference("listing_words", "prospect_id", "prospects", "CASCADE"),
        sqlite_with_rowid=False,
    )
    _fill(op.get_bind(), listings, words)
    for column in ("name", "value", "lost_day", "seen", "fades"):
        op.create_index(f"ix_listings_{column}_prospect_id", "listings", [column, "prospect_id"])
    for column in ("deal_id", "owner_name_id"):
        op.create_index(f"ix_listings_{column}", "listings", [column])
    op.create_index("ix_listing_words_word_prospect_id", "listing_words", ["word", "prospect_id"])
    op.create_table(
        "segments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("filter", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_segments_user_id_name")),
        _reference("segments", "user_id", "users", "CASCADE"),
    )


def _reference(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete=ondelete
    )


def _fill(connection: sa.Connection, listings: sa.Table, words: sa.Table) -> None:
    people = sa.text(PEOPLE).columns(last_at=sa.DateTime(timezone=True))
    deals = sa.text(DEALS).columns(closed_on=sa.Date(), not_qualified=sa.Boolean())
    last = 0
    while some := connection.execute(people, {"last": last, "many": AT_ONCE}).all():
        theirs: dict[int, list[Any]] = {person.id: [] for person in some}
        for deal in connection.execute(deals, {"last": last, "until": some[-1].id}):
            theirs[deal.prospect_id].append(deal)
        connection.execute(sa.insert(listings), [_place(one, theirs[one.id]) for one in some])
        found = [
            {"prospect_id": one.id, "word": word} for one in some for word in _found_by(one, theirs[one.id])
        ]
        if found:
            connection.execute(sa.insert(words), found)
        last = some[-1].id


def _place(person: Any, deals: Iterable[Any]) -> dict[str, Any]:  # noqa: ANN401  (rows)
    lost = [deal for deal in deals if deal.status == "lost"]
    loss = max(lost, key=lambda one: (not one.not_qualified, one.closed_on or date.min, one.id), default=None)
    at = (
        person.last_at.replace(tzinfo=UTC) if person.last_at and not person.last_at.tzinfo else person.last_at
    )
    return {
        "prospect_id": person.id,
        "name": _fold(person.name or person.email or person.company or "")[:100],
        "deal_id": loss.id if loss else None,
        "value": -1 if loss is None or loss.value_minor is None else loss.value_minor,
        "lost_day": loss.closed_on.toordinal() if loss and loss.closed_on else 0,
        "reason_kind": (loss.reason_kind or "") if loss else "",
        "competitor": " ".join(loss.competitor.casefold().split()) if loss else "",
        "owner_name_id": person.owner_name_id or (loss.owner_name_id if loss else None),
        "seen": int(at.timestamp()) if at else 0,
        "fades": _fades(at, person.intent),
    }


def _fades(at: datetime | None, intent: int | None) -> int:
    return int(at.timestamp()) + round(math.log2(intent) * HALF_LIFE.total_seconds()) if at and intent else 0


def _fold(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(
        unicodedata.normalize("NFC", "".join(one for one in apart if not unicodedata.combining(one))).split()
    )


def _found_by(person: Any, deals: Iterable[Any]) -> list[str]:  # noqa: ANN401  (rows)
    deals = list(deals)
    owners = {person.owner_name_id, *(deal.owner_name_id for deal in deals)} - {None}
    texts = (person.name, person.email, person.company, *(deal.title for deal in deals))
    return [*_words(texts), *(f"@{owner}" for owner in sorted(owners) or [0])]


def _words(texts: Iterable[str | None]) -> list[str]:
    found = (word[:40] for text in texts for word in re.findall(r"[^\W_]+", _fold(text or "")))
    return list(dict.fromkeys(found))[:40]
