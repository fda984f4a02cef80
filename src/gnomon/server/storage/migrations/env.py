"""Run by Alembic, with the connection that `open.py` (or a test) hands it."""

from alembic import context

from gnomon.server.storage.tables.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
