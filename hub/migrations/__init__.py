"""Migrations: Alembic for the order, plain SQL for the steps, one file a module."""
