"""Run by Alembic: migrate over the connection that `tracker.schema` hands in."""

from alembic import context
from sqlalchemy import text

from tracker.models import Base

ONE_AT_A_TIME = 5_270_101
"""The advisory lock of whoever migrates: a second one waits, and finds nothing left to do."""
LOCK_TIMEOUT = "5s"
"""Longest wait for a table that is in use: everybody after us waits behind us for it. Then nothing has
changed, and it is to be tried again."""

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    if connection.dialect.name == "postgresql":
        # A large table takes as long as it takes. Until the end of the transaction.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
    context.run_migrations()
