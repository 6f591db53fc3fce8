"""Alembic's migrations: each changes the schema by one step."""
