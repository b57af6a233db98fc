"""Alembic asks for this file; `guardian.storage.schema` runs the migrations without it."""
