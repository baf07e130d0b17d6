"""Alembic's way into the database: the connection comes from database.upgrade()."""

from alembic import context

from app.labelling.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
