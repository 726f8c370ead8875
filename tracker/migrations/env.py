"""Run by Alembic: migrate over the connection that `tracker.schema` hands in."""

from alembic import context
from sqlalchemy import text

from tracker.models import Base

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
    context.run_migrations()
