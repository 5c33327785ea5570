"""Alembic's entry: runs the plain SQL steps on the connection that `hub.kernel.migrate` hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table="schema_version")
with context.begin_transaction():
    context.run_migrations()
