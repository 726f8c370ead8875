"""Run by Alembic: migrate over the connection that `tracker.schema` hands in."""

from alembic import context

from tracker.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    # A step may be one of several transactions, where it must not hold a lock while it reads a large table.
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
