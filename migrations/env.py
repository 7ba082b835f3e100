"""Alembic's entry: runs the numbered migrations, one transaction each, on the connection it is given."""

from alembic import context

from lms.extensions import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter most constraints in place
    compare_type=True,
    transaction_per_migration=True,
    transactional_ddl=True,  # we say BEGIN ourselves on SQLite, so its DDL rolls back too
)
with context.begin_transaction():
    context.run_migrations()
