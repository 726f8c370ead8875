"""Prospects are found by when the contract renews that they chose instead."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

PORTION = 10_000
"""Prospects in one transaction: a second, in which only their own places in lists are held."""
FIRST = {
    # A leap day's year ends on the 28th of February; SQLite by itself would go on to March.
    "sqlite": (
        "COALESCE(renewal_on, date(closed_on, '+12 months',"
        " CASE WHEN closed_on LIKE '%-02-29' THEN '-1 days' ELSE '+0 days' END))"
    ),
    "postgresql": "COALESCE(renewal_on, (closed_on + interval '12 months')::date)",
}
DAY_OF_YEAR = {
    "sqlite": "CAST(strftime('%m%d', first) AS INTEGER)",
    "postgresql": "to_char(first, 'MMDD')::integer",
}
DAY = {
    "sqlite": "CAST(julianday(first) - 1721424.5 AS INTEGER)",
    "postgresql": "first - DATE '0001-01-01' + 1",
}
FILL = """
UPDATE listings SET renews = {day_of_year}, renews_from = {day} FROM (
    SELECT id, {first} AS first FROM deals
    WHERE renewal_on IS NOT NULL OR (outcome = 'chose_competitor' AND closed_on IS NOT NULL)) AS renewing
WHERE listings.deal_id = renewing.id AND prospect_id > :after AND prospect_id <= :upto
"""
COLUMNS = ["renews", "prospect_id", "renews_from"]
INDEX = "ix_listings_renews_prospect_id_renews_from"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        _add()
        op.create_index(INDEX, "listings", COLUMNS)
        return
    with op.get_context().autocommit_block():
        # Each by itself, and each to be done again where the last try came to an end here.
        _add()
        op.drop_index(INDEX, "listings", if_exists=True)
        op.create_index(INDEX, "listings", COLUMNS)


def _add() -> None:
    name = op.get_bind().dialect.name
    for column in ("renews", "renews_from"):
        column_of = sa.Column(column, sa.Integer(), nullable=False, server_default="0")
        op.add_column("listings", column_of, if_not_exists=name == "postgresql" or None)
    fill = sa.text(FILL.format(first=FIRST[name], day_of_year=DAY_OF_YEAR[name], day=DAY[name]))
    last = op.get_bind().execute(sa.text("SELECT max(prospect_id) FROM listings")).scalar_one() or 0
    for after in range(0, last, PORTION):
        op.get_bind().execute(fill, {"after": after, "upto": after + PORTION})
